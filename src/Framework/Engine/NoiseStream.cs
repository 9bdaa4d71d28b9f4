using Research.Framework.Models;

namespace Research.Framework.Engine;

/// <summary>
/// Dropout's draws, which are the same in every engine: a number for each position, hashed from a key and a counter
/// (SplitMix64's finalizer, Steele, Lea and Flood, OOPSLA 2014), so that where the stream stands is one number, which a
/// checkpoint can hold.
/// </summary>
/// <remarks>
/// A <see cref="NoiseNode"/> draws while training for every number it passes on, in order of time, rows and features. A
/// <see cref="ScanNode"/> draws once for a batch, in order of rows and features, and uses that at every step. Where earlier batches
/// run again, the batches are one to both, oldest first; but what has a number of steps of its own, such as a last step, is
/// drawn for the batch itself alone.
/// </remarks>
public sealed class NoiseStream
{
    private readonly ulong _key;
    private readonly float _kept;
    private readonly ulong _threshold;
    private ulong _position;

    /// <summary>A stream that stands at its beginning.</summary>
    /// <param name="name">The name that the graph gives it: <see cref="NoiseNode.Stream"/>, <see cref="ScanNode.InputStream"/> or <see cref="ScanNode.StateStream"/>.</param>
    /// <param name="rate">The share that is dropped; in [0, 1).</param>
    /// <param name="seeds">Its key is drawn from the stream of its name.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    public NoiseStream(string name, double rate, Seeds seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 0); // minus zero is none, too
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rate, 1);
        Name = name;
        _key = (ulong)seeds.Stream(name).NextInt64(long.MinValue, long.MaxValue);
        _kept = (float)(1 / (1 - rate));
        _threshold = (ulong)(rate * (1UL << 53));
    }

    /// <summary>The name, e.g. <c>dropout/lstm_1</c>.</summary>
    public string Name { get; }

    /// <summary>Numbers drawn so far: what is kept of it, as <c>stream/</c> + name.</summary>
    /// <value>0 or more. 0 at first.</value>
    public long Position
    {
        get => (long)_position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = (ulong)value;
        }
    }

    /// <summary>Draws: fills with 0 (dropped) or 1 / (1 - rate).</summary>
    /// <param name="target">One number for each position.</param>
    public void Fill(Span<float> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            ulong hash = _key + ++_position * 0x9E3779B97F4A7C15UL;
            hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
            hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
            hash ^= hash >> 31;
            target[i] = hash >> 11 < _threshold ? 0f : _kept;
        }
    }
}
