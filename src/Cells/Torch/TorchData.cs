using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>Samples of a dataset's arrays, on the device. What is trained from, which never changes, is brought there once.</summary>
internal sealed class TorchData(Device device) : IDisposable
{
    // Beyond, samples are brought batch by batch.
    private const long MostBytes = 1L << 30;

    private readonly Dictionary<Array, Tensor> _kept = new(ReferenceEqualityComparer.Instance);
    private long _bytes;

    /// <summary>The batch's samples, <c>[rows, length]</c>.</summary>
    /// <param name="all"><c>[samples, length]</c>.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="length">Numbers of a sample.</param>
    /// <param name="upload">From an array to a tensor of one axis, on the device.</param>
    /// <typeparam name="T">The numbers' type.</typeparam>
    public Tensor Rows<T>(T[] all, TorchBatch batch, int length, Func<T[], Tensor> upload)
        where T : unmanaged
    {
        long bytes = (long)all.Length * Unsafe.SizeOf<T>();
        bool isKept = batch.IsTrained && _kept.ContainsKey(all);
        if (!isKept && (!batch.IsTrained || _bytes + bytes > MostBytes))
        {
            T[] some = new T[batch.Rows * length];
            for (int row = 0; row < batch.Rows; row++) all.AsSpan(batch.Samples[row] * length, length).CopyTo(some.AsSpan(row * length));
            return upload(some).reshape(batch.Rows, length);
        }

        if (!_kept.TryGetValue(all, out Tensor? whole))
        {
            whole = upload(all).reshape(-1, length).DetachFromDisposeScope();
            _kept.Add(all, whole);
            _bytes += bytes;
        }

        return whole.index_select(0, tensor([.. batch.Samples.Take(batch.Rows).Select(sample => (long)sample)], device: device));
    }

    public Tensor Rows(float[] all, TorchBatch batch, int length) => Rows(all, batch, length, values => tensor(values, device: device));

    public Tensor Rows(bool[] all, TorchBatch batch, int length) => Rows(all, batch, length, flags => tensor(flags, device: device));

    public Tensor Rows(int[] all, TorchBatch batch, int length) => Rows(all, batch, length, numbers => tensor(numbers, device: device));

    public void Dispose()
    {
        foreach (Tensor whole in _kept.Values) whole.Dispose();
        _kept.Clear();
    }
}
