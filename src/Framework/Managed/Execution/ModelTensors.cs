using Research.Framework.Engine;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>
/// All that a model keeps, as named tensors: weights, <c>optimizer/first_moment/lstm_1/kernel</c> and its like,
/// <c>optimizer/steps</c> and other numbers of the optimizer, and <c>stream/dropout/lstm_1</c>, how far a stream has been drawn.
/// </summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class ModelTensors<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly WeightSlot[] _slots;
    private readonly OptimizerRunner<TSimd, TVector> _optimizer;
    private readonly NoiseStream[] _streams;

    public ModelTensors(IReadOnlyList<string> names, WeightSlot[] slots, OptimizerRunner<TSimd, TVector> optimizer, NoiseStream[] streams)
    {
        _slots = slots;
        _optimizer = optimizer;
        _streams = streams;
        Names = names;
    }

    public IReadOnlyList<string> Names { get; }

    public NamedTensor Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (FindWeight(name) is { } slot) return NamedTensor.OfFloats(name, slot.Description.Shape, new ReadOnlySpan<float>(slot.Values, slot.Count).ToArray());
        if (FindStream(name) is { } stream) return NamedTensor.OfLongs(name, [1], [stream.Position]);
        return _optimizer.Find(name) ?? throw Unknown(name);
    }

    public void Set(IReadOnlyList<NamedTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.GroupBy(tensor => tensor.Name).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new ResearchException($"Tensor '{twice.Key}' is given twice.");
        foreach (NamedTensor tensor in tensors) TensorNames.RequireFit(Get(tensor.Name), tensor);
        foreach (NamedTensor tensor in tensors)
        {
            if (FindWeight(tensor.Name) is { } slot)
            {
                tensor.ToFloats().CopyTo(new Span<float>(slot.Values, slot.Count));
                slot.Version++;
            }
            else if (FindStream(tensor.Name) is { } stream)
            {
                stream.Position = tensor.ToLongs()[0];
            }
            else
            {
                _optimizer.Set(tensor);
            }
        }
    }

    public float[] Gradient(string weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        WeightSlot slot = FindWeight(weight) ?? throw Unknown(weight);
        FormGradient(slot);
        return slot.Written ? new ReadOnlySpan<float>(slot.Gradient, slot.Count).ToArray() : new float[slot.Count];
    }

    /// <summary>Forms the gradients that the optimizer has formed only for itself, while their factors are still there.</summary>
    public void FormGradients()
    {
        foreach (WeightSlot slot in _slots) FormGradient(slot);
    }

    private static void FormGradient(WeightSlot slot)
    {
        if (slot.DeferredRows == 0) return;
        MatrixKernels<TSimd, TVector>.Multiply(
            slot.Gradient, slot.Columns, null, 0, slot.DeferredLeft, 1, slot.DeferredLeftStride, slot.DeferredArriving, slot.DeferredArrivingStride, slot.Rows, slot.Columns, slot.DeferredRows);
        bool written = slot.Written;
        slot.BeginStep();
        slot.Written = written;
    }

    private ResearchException Unknown(string name) =>
        new($"There is no tensor '{name}'; this model has {string.Join(", ", Names.Select(known => $"'{known}'"))}.");

    private WeightSlot? FindWeight(string name) => Array.Find(_slots, slot => slot.Description.Name == name);

    private NoiseStream? FindStream(string name) => Array.Find(_streams, stream => TensorNames.Stream(stream.Name) == name);
}
