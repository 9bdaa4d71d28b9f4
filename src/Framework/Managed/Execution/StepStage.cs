using Research.Framework.Equations;
using Research.Framework.Managed.Kernels;
using Research.Framework.Models;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>A traced layer: a cell over time, or a dense layer over all rows at once.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class StepStage<TSimd, TVector> : Stage, IRecurrentStage
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly bool[]? _mask;
    private readonly bool[]? _resets;
    private readonly LayerRunner<TSimd, TVector> _runner;
    private readonly bool _lastOnly;
    private bool _noiseIsOn;

    public StepStage(LayerPlan plan, string name, BoundLayer layer, Flow input, bool lastOnly, bool[]? resets, Team? team)
        : base(input)
    {
        Name = name;
        Plan = plan;
        Layer = layer;
        _lastOnly = lastOnly;
        _runner = new LayerRunner<TSimd, TVector>(layer, team);
        _resets = resets;
        _mask = layer.State.Length > 0 ? input.Mask : null;
        Operand values = layer.Output, gradient = layer.OutputGradient;
        if (lastOnly)
        {
            values = values with { First = values.At(layer.Steps - 1), Shift = 0 };
            gradient = gradient with { First = gradient.At(layer.Steps - 1) };
        }

        Output = new Flow
        {
            Rows = layer.Rows,
            Steps = lastOnly ? 1 : layer.Steps,
            Columns = layer.OutputColumns,
            Values = values,
            Gradient = gradient,
            Mask = lastOnly ? null : input.Mask,
        };
        FillNoise(training: false);
    }

    public string Name { get; }

    public LayerPlan Plan { get; }

    public BoundLayer Layer { get; }

    /// <summary>The stage whose final state starts this one.</summary>
    public IRecurrentStage? InitialState { get; init; }

    /// <inheritdoc/>
    public IRecurrentStage? LastFromFinalState { get; set; }

    public override Flow Output { get; }

    public override void Forward(bool training, bool zeroState)
    {
        if (training || _noiseIsOn) FillNoise(training);
        if (InitialState is not null)
        {
            zeroState = false;
            for (int i = 0; i < Layer.State.Length; i++)
                CopyBlock(InitialState.Layer.State[i].At(InitialState.Layer.Steps), Layer.State[i].At(0), Layer.State[i].RowStride);
        }

        fixed (bool* mask = _mask, resets = _resets) _runner.Forward(zeroState, mask, resets);
    }

    public override void Backward(bool zeroState)
    {
        // In the batch before, repeated outputs have passed their gradients to steps that the layer above does not write.
        if (_lastOnly && _mask is not null && Layer.Steps > 1)
            new Span<float>(Layer.OutputGradient.At(0), (Layer.Steps - 1) * Layer.Rows * Layer.OutputColumns).Clear();
        fixed (bool* mask = _mask, resets = _resets)
            _runner.Backward(zeroState && InitialState is null, mask, resets, LastFromFinalState is not null, InitialState is not null);
        if (InitialState is not null)
        {
            for (int i = 0; i < Layer.State.Length; i++)
            {
                float* from = Layer.StateGradients[i].At(0), to = InitialState.Layer.StateGradients[i].At(InitialState.Layer.Steps);
                nint width = Layer.State[i].RowStride;
                if (ReferenceEquals(InitialState.LastFromFinalState, this)) CopyBlock(from, to, width);
                else ElementwiseKernels<TSimd, TVector>.Binary<LaneKernels.Add>(to, width, to, width, from, width, Layer.Rows, (int)width);
            }
        }

        if (!Input.WantsGradient || Layer.InputGradients[0].First is null) return;
        Operand source = Layer.InputGradients[0], target = Input.Gradient;
        if (AddsInputGradient) ElementwiseKernels<TSimd, TVector>.Binary<LaneKernels.Add>(target.At(0), target.RowStride, target.At(0), target.RowStride, source.At(0), source.RowStride, Input.AllRows, Input.Columns);
        else ElementwiseKernels<TSimd, TVector>.Unary<LaneKernels.Copy>(target.At(0), target.RowStride, source.At(0), source.RowStride, 0, Input.AllRows, Input.Columns);
    }

    private void FillNoise(bool training)
    {
        Fill(Layer.InputNoise, Plan.InputNoise);
        Fill(Layer.StateNoise, Plan.StateNoise);
        _noiseIsOn = training && (Plan.InputNoise is not null || Plan.StateNoise is not null);

        void Fill(Operand noise, NoiseSource? source)
        {
            if (source is null) return;
            nint block = Layer.Rows * noise.RowStride;
            if (training) source.Fill(noise.At(0), block);
            else new Span<float>(noise.At(0), (int)block).Fill(1f);
            // One mask for all steps of a batch.
            for (int step = 1; step < Layer.Steps; step++)
                Buffer.MemoryCopy(noise.At(0), noise.At(step), block * sizeof(float), block * sizeof(float));
        }
    }

    private void CopyBlock(float* source, float* target, nint width) =>
        Buffer.MemoryCopy(source, target, Layer.Rows * width * sizeof(float), Layer.Rows * width * sizeof(float));
}
