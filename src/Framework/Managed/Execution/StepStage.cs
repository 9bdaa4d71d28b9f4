using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed.Kernels;
using Research.Framework.Models;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>Traced equations: a cell over time, or a function of each step, over all rows at once.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class StepStage<TSimd, TVector> : Stage, IRecurrentStage
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly BoundInput[] _inputs;
    private readonly NodePlan _plan;
    private readonly bool[]? _mask;
    private readonly bool[]? _resets;
    private readonly bool _joinsMasks;
    private readonly bool _hasNoise;
    private readonly bool _passesGradients;
    private readonly LayerRunner<TSimd, TVector> _runner;
    private bool _noiseIsOn;

    /// <summary>A bound step.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="layer">Its instructions with addresses.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="resets">Which rows start fresh at which step, <c>[T, B]</c>; null for none after the first.</param>
    /// <param name="team">Its threads; null for the caller's alone.</param>
    public StepStage(NodePlan plan, BoundLayer layer, BoundInput[] inputs, bool[]? resets, Team? team)
    {
        _plan = plan;
        _inputs = inputs;
        _resets = resets;
        Layer = layer;
        _runner = new LayerRunner<TSimd, TVector>(layer, team);
        bool[]? mask = Array.Find(inputs, input => input.Flow.Mask is not null).Flow?.Mask;
        _joinsMasks = Array.Exists(inputs, input => input.Flow.Mask is { } other && other != mask);
        if (_joinsMasks) mask = BoundFlow.NewMask(layer.Rows, layer.Steps);
        _mask = layer.State.Length > 0 ? mask : null;
        Output = new BoundFlow
        {
            Rows = layer.Rows,
            Steps = layer.Steps,
            Columns = layer.OutputColumns,
            Values = layer.Output,
            Gradient = layer.OutputGradient,
            Mask = mask,
        };
        _hasNoise = plan.InputNoise is not null || plan.StateNoise is not null;
        _passesGradients = Array.Exists(inputs, input => input.Flow.WantsGradient);
        FillNoise(training: false);
    }

    public string Name => _plan.Node.Name;

    /// <summary>The graph's node.</summary>
    public GraphNode Node => _plan.Node;

    public BoundLayer Layer { get; }

    /// <summary>The stage whose final state starts this one.</summary>
    public IRecurrentStage? InitialState { get; init; }

    /// <summary>Whether only the last step's output is read, by a view of it.</summary>
    public bool OnlyLastIsRead { get; init; }

    /// <inheritdoc/>
    public IRecurrentStage? LastFromFinalState { get; set; }

    public override BoundFlow Output { get; }

    public override void Forward(bool training, bool zeroState)
    {
        if (_joinsMasks) JoinMasks();
        if (_hasNoise && (training || _noiseIsOn)) FillNoise(training);
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
        // In the batch before, repeated outputs have passed their gradients to steps that nobody else writes.
        if (OnlyLastIsRead && _mask is not null && Layer.Steps > 1)
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

        if (!_passesGradients) return;
        for (int i = 0; i < _inputs.Length; i++) PassGradient(in _inputs[i], in Layer.InputGradients[i]);
    }

    private static void PassGradient(in BoundInput input, in Operand source)
    {
        BoundFlow flow = input.Flow;
        if (!flow.WantsGradient) return;
        Operand target = flow.Gradient;
        if (source.First is not null && input.Adds) ElementwiseKernels<TSimd, TVector>.Binary<LaneKernels.Add>(target.At(0), target.RowStride, target.At(0), target.RowStride, source.At(0), source.RowStride, flow.AllRows, flow.Columns);
        else if (source.First is not null) ElementwiseKernels<TSimd, TVector>.Unary<LaneKernels.Copy>(target.At(0), target.RowStride, source.At(0), source.RowStride, 0, flow.AllRows, flow.Columns);
        else if (!input.Adds) ElementwiseKernels<TSimd, TVector>.Fill(target.At(0), target.RowStride, 0, flow.AllRows, flow.Columns); // nothing depends on it here, but others add
    }

    private void JoinMasks()
    {
        Span<bool> joined = Output.Mask;
        joined.Fill(true);
        foreach (BoundInput input in _inputs)
        {
            if (input.Flow.Mask is not { } mask) continue;
            for (int i = 0; i < joined.Length; i++) joined[i] &= mask[i];
        }
    }

    private void FillNoise(bool training)
    {
        Fill(Layer.InputNoise, _plan.InputNoise);
        Fill(Layer.StateNoise, _plan.StateNoise);
        _noiseIsOn = training && _hasNoise;

        void Fill(Operand noise, NoiseStream? source)
        {
            if (source is null) return;
            nint block = Layer.Rows * noise.RowStride;
            Span<float> first = new(noise.At(0), (int)block);
            if (training) source.Fill(first);
            else first.Fill(1f);
            // One mask for all steps of a batch.
            for (int step = 1; step < Layer.Steps; step++)
                Buffer.MemoryCopy(noise.At(0), noise.At(step), block * sizeof(float), block * sizeof(float));
        }
    }

    private void CopyBlock(float* source, float* target, nint width) =>
        Buffer.MemoryCopy(source, target, Layer.Rows * width * sizeof(float), Layer.Rows * width * sizeof(float));
}
