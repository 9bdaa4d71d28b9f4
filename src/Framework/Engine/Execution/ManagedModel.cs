using Research.Framework.Data;
using Research.Framework.Engine.Kernels;
using Research.Framework.Engine.Planning;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Engine.Execution;

/// <summary>A compiled model at one SIMD width.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class ManagedModel<TSimd, TVector> : ICompiledModel
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly IReadOnlyList<Layer> _layers;
    private readonly StepPlan[] _plans;
    private readonly int _features;
    private readonly TrainingOptions _training;
    private readonly WeightSlot[] _slots;
    private readonly Dictionary<WeightDescription, WeightSlot> _weights = [];
    private readonly PinnedMemory _parameters;
    private readonly Dictionary<PlanKey, BoundModel> _bound = [];
    private readonly bool _fusedSoftmax;
    private PlanKey _lastKey;
    private BoundModel? _last;
    private readonly OptimizerRunner<TSimd, TVector> _optimizer;

    public ManagedModel(ModelDescription model, int features, TrainingOptions training, Seeds seeds)
    {
        _layers = model.Layers;
        _features = features;
        _training = training;
        _plans = new StepPlan[_layers.Count];
        int width = features;
        for (int i = 0; i < _plans.Length; i++)
        {
            TracedStep step = Tracer.Of(_layers[i], width, preferFused: true);
            bool last = i == _plans.Length - 1;
            _fusedSoftmax = last && training.Loss.IsCrossEntropy && step.Output.Operation == Operation.Softmax;
            Expr seed = _fusedSoftmax ? step.Output.Operands[0] : step.Output;
            _plans[i] = StepPlanner.Plan(step, Differentiation.Of(step, seed), wantInputGradient: i > 0);
            width = step.Output.Columns;
        }

        OutputWidth = width;
        Weights = [.. _plans.SelectMany(plan => plan.Step.Weights)];
        long length = Weights.Sum(weight => PinnedMemory.Padded(weight.Count));
        _parameters = new PinnedMemory(2 * length);
        _slots = [.. Weights.Select(weight => new WeightSlot(weight))];
        float* next = _parameters.Pointer;
        foreach (WeightSlot slot in _slots)
        {
            slot.Values = next;
            slot.Gradient = next + length;
            next += PinnedMemory.Padded(slot.Count);
            _weights.Add(slot.Description, slot);
            slot.Description.Initializer.Fill(new Span<float>(slot.Values, slot.Count), slot.Rows, slot.Columns, seeds.Stream("weights/" + slot.Description.Name));
        }

        _optimizer = new OptimizerRunner<TSimd, TVector>(training, _slots);
    }

    public IReadOnlyList<WeightDescription> Weights { get; }

    public long ParameterCount => _slots.Sum(slot => (long)slot.Count);

    public int OutputWidth { get; }

    public int OutputSteps(int timeSteps) =>
        _layers.Any(layer => layer is RecurrentLayer { ReturnSequences: false }) ? 1 : timeSteps;

    public RecurrentState CreateState() => new([.. _layers.Zip(_plans)
        .Where(pair => pair.First is RecurrentLayer)
        .Select(pair => new LayerState(pair.First.Name!, [.. pair.Second.Step.Slots.Select(slot => new SlotState(slot.Name, slot.Width))]))]);

    public double TrainBatch(Batch batch, RecurrentState state)
    {
        BoundModel bound = Bind(batch);
        CheckTargets(batch.Data, bound);
        LoadInputs(batch, bound);
        LoadTargets(batch, bound);
        bool zeroState = LoadState(batch, bound, state);
        Forward(bound, zeroState);
        double loss = LossRunner<TSimd, TVector>.Run(_training.Loss, _fusedSoftmax, batch, bound);
        Backward(bound, zeroState);
        loss += _optimizer.AddPenalties();
        _optimizer.Update();
        StoreState(bound, state);
        return loss;
    }

    public void PredictBatch(Batch batch, RecurrentState state, Span<float> predictions)
    {
        BoundModel bound = Bind(batch);
        int expected = batch.Rows * bound.OutputSteps * OutputWidth;
        if (predictions.Length < expected)
            throw new ResearchException($"Predictions: expected room for [{batch.Rows}, {bound.OutputSteps}, {OutputWidth}] = {expected} numbers, got {predictions.Length}.");
        LoadInputs(batch, bound);
        bool zeroState = LoadState(batch, bound, state);
        Forward(bound, zeroState);
        StoreState(bound, state);
        for (int row = 0; row < bound.Rows; row++)
        {
            for (int step = 0; step < bound.OutputSteps; step++)
            {
                float* source = bound.Output.At(step) + row * bound.Output.RowStride;
                new ReadOnlySpan<float>(source, OutputWidth).CopyTo(predictions.Slice((row * bound.OutputSteps + step) * OutputWidth, OutputWidth));
            }
        }
    }

    public float[] GetWeight(string name)
    {
        WeightSlot slot = Find(name);
        return new ReadOnlySpan<float>(slot.Values, slot.Count).ToArray();
    }

    public void SetWeight(string name, ReadOnlySpan<float> values)
    {
        WeightSlot slot = Find(name);
        if (values.Length != slot.Count)
            throw new ResearchException($"Weight '{name}': expected [{string.Join(", ", slot.Description.Shape)}] = {slot.Count} numbers, got {values.Length}.");
        values.CopyTo(new Span<float>(slot.Values, slot.Count));
        slot.TransposedIsStale = true;
    }

    public float[] GetGradient(string name)
    {
        WeightSlot slot = Find(name);
        return slot.Written ? new ReadOnlySpan<float>(slot.Gradient, slot.Count).ToArray() : new float[slot.Count];
    }

    private WeightSlot Find(string name) =>
        Array.Find(_slots, slot => slot.Description.Name == name)
        ?? throw new ResearchException($"There is no weight '{name}'; this model has {string.Join(", ", _slots.Select(slot => $"'{slot.Description.Name}'"))}.");

    private BoundModel Bind(Batch batch)
    {
        FramedDataset data = batch.Data;
        PlanKey key = new(batch.Rows, data.TimeSteps, data.Mask is not null);
        if (_last is not null && key == _lastKey && data.Features == _features) return _last;
        if (data.Features != _features)
            throw new ResearchException($"The model was compiled for inputs of {_features} features; the data '{data.Description}' has {data.Features}.");
        if (batch.Rows < 1 || batch.Rows > batch.Samples.Length)
            throw new ResearchException($"Batch: expected 1 to {batch.Samples.Length} rows, got {batch.Rows}.");
        if (!_bound.TryGetValue(key, out BoundModel? bound))
            _bound.Add(key, bound = new BoundModel(_layers, _plans, _features, key.Rows, key.Steps, key.Masked, _weights));
        _lastKey = key;
        return _last = bound;
    }

    private void CheckTargets(FramedDataset data, BoundModel bound)
    {
        if (data.TargetSteps != bound.OutputSteps)
            throw new ResearchException($"The model yields {bound.OutputSteps} output steps; the data '{data.Description}' has targets for {data.TargetSteps}. Return sequences from the last recurrent layer for a target at every step, and only then.");
        if (data.TargetWidth != OutputWidth)
            throw new ResearchException($"The model's last layer is {OutputWidth} wide; the targets of '{data.Description}' are {data.TargetWidth} wide.");
        if (_training.Loss.Finding(data) is { } finding) throw new ResearchException(finding);
    }

    private void LoadInputs(Batch batch, BoundModel bound)
    {
        FramedDataset data = batch.Data;
        int steps = bound.Steps, rows = bound.Rows;
        for (int row = 0; row < rows; row++)
        {
            int sample = batch.Samples[row];
            ReadOnlySpan<float> source = data.Inputs.AsSpan(sample * steps * _features, steps * _features);
            for (int step = 0; step < steps; step++)
            {
                float* target = bound.Input + ((nint)step * rows + row) * _features;
                for (int i = 0; i < _features; i++) target[i] = source[step * _features + i];
                if (bound.Mask is not null) bound.Mask[step * rows + row] = data.Mask![sample * steps + step];
            }
        }
    }

    private void LoadTargets(Batch batch, BoundModel bound)
    {
        FramedDataset data = batch.Data;
        int steps = bound.OutputSteps, rows = bound.Rows, width = OutputWidth;
        bool masked = bound.CountsPerStep;
        int counted = 0;
        for (int row = 0; row < rows; row++)
        {
            int sample = batch.Samples[row];
            for (int step = 0; step < steps; step++)
            {
                int position = step * rows + row;
                if (!masked || bound.Mask![position]) counted++;
                if (data.TargetClasses is { } classes) bound.Classes[position] = classes[sample * steps + step];
                else data.TargetValues.AsSpan((sample * steps + step) * width, width).CopyTo(new Span<float>(bound.Targets.Pointer + (nint)position * width, width));
            }
        }

        if (counted == 0) throw new ResearchException($"The mask of '{data.Description}' leaves no step of a batch to learn from.");
        bound.CountedRows = counted;
    }

    private bool LoadState(Batch batch, BoundModel bound, RecurrentState state)
    {
        bool zeroState = true;
        for (int row = 0; row < bound.Rows; row++) zeroState &= batch.RowStates[row] == RowState.Reset;
        int index = 0;
        for (int i = 0; i < _plans.Length; i++)
        {
            Operand[] slots = bound.Layers[i].State;
            if (slots.Length == 0) continue;
            LayerState layer = state.Layers[index++];
            for (int s = 0; s < slots.Length; s++)
            {
                int width = (int)slots[s].RowStride;
                Span<float> start = new(slots[s].At(0), bound.Rows * width);
                if (zeroState)
                {
                    start.Clear();
                    continue;
                }

                SlotState slot = layer.Slots[s];
                slot.EnsureRows(bound.Rows);
                slot.AsSpan(bound.Rows).CopyTo(start);
                for (int row = 0; row < bound.Rows; row++)
                {
                    if (batch.RowStates[row] == RowState.Reset) start.Slice(row * width, width).Clear();
                }
            }
        }

        return zeroState;
    }

    private void StoreState(BoundModel bound, RecurrentState state)
    {
        int index = 0;
        for (int i = 0; i < _plans.Length; i++)
        {
            Operand[] slots = bound.Layers[i].State;
            if (slots.Length == 0) continue;
            LayerState layer = state.Layers[index++];
            for (int s = 0; s < slots.Length; s++)
            {
                SlotState slot = layer.Slots[s];
                slot.EnsureRows(bound.Rows);
                new ReadOnlySpan<float>(slots[s].At(bound.Layers[i].Steps), bound.Rows * (int)slots[s].RowStride).CopyTo(slot.AsSpan(bound.Rows));
            }
        }
    }

    private static void Forward(BoundModel bound, bool zeroState)
    {
        fixed (bool* mask = bound.Mask)
        {
            for (int i = 0; i < bound.Layers.Length; i++)
                LayerRunner<TSimd, TVector>.Forward(bound.Layers[i], zeroState, bound.LayerIsMasked[i] ? mask : null);
        }
    }

    private void Backward(BoundModel bound, bool zeroState)
    {
        foreach (WeightSlot slot in _slots) slot.Written = false;
        fixed (bool* mask = bound.Mask)
        {
            for (int i = bound.Layers.Length - 1; i >= 0; i--)
            {
                BoundLayer layer = bound.Layers[i];
                LayerRunner<TSimd, TVector>.Backward(layer, zeroState, bound.LayerIsMasked[i] ? mask : null);
                if (i > 0) PassGradient(layer, bound.Layers[i - 1], bound.LayerIsMasked[i - 1]);
            }
        }
    }

    // The layer below yielded every step or, where it does not return sequences, only its last one counted.
    private static void PassGradient(BoundLayer layer, BoundLayer below, bool belowIsMasked)
    {
        Operand source = layer.InputGradient, target = below.OutputGradient;
        bool lastOnly = layer.Steps < below.Steps;
        if (lastOnly && belowIsMasked)
            new Span<float>(target.At(0), (below.Steps - 1) * below.Rows * below.OutputColumns).Clear();
        ElementwiseKernels<TSimd, TVector>.Copy(
            target.At(lastOnly ? below.Steps - 1 : 0), target.RowStride, source.At(0), source.RowStride, layer.Rows * layer.Steps, below.OutputColumns);
    }

    private readonly record struct PlanKey(int Rows, int Steps, bool Masked);
}
