using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed.Kernels;
using Research.Framework.Managed.Planning;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Managed.Execution;

/// <summary>A compiled model at one SIMD width.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class ManagedModel<TSimd, TVector> : ICompiledModel, IInputGradient
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly LayerPlan[] _layers;
    private readonly int _features;
    private readonly TrainingOptions _training;
    private readonly bool _wantInputGradient;
    private readonly WeightSlot[] _slots;
    private readonly Dictionary<WeightDescription, WeightSlot> _weights = [];
    private readonly PinnedMemory _parameters;
    private readonly OptimizerRunner<TSimd, TVector> _optimizer;
    private readonly Dictionary<PlanKey, BoundModel> _bound = [];
    private readonly bool _fusedSoftmax;
    private readonly Team? _team;
    private PlanKey _lastKey;
    private BoundModel? _last;
    private RecurrentState? _fittingState;

    public ManagedModel(ModelDescription model, int features, TrainingOptions training, Seeds seeds, bool wantInputGradient)
    {
        _features = features;
        _training = training;
        _wantInputGradient = wantInputGradient;
        _team = training.Threads > 1 ? new Team(training.Threads) : null;
        _layers = LayerPlanner.Plan(model, features, training, seeds, wantInputGradient);
        _fusedSoftmax = LayerPlanner.EndsInFusedSoftmax(_layers, training.Loss);
        OutputWidth = LayerPlanner.OutputWidth(_layers, features);
        Weights = [.. _layers.SelectMany(layer => layer.Weights)];
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

        _optimizer = new OptimizerRunner<TSimd, TVector>(training, _slots, _team);
    }

    public IReadOnlyList<WeightDescription> Weights { get; }

    public long ParameterCount => _slots.Sum(slot => (long)slot.Count);

    public int OutputWidth { get; }

    public int OutputSteps(int timeSteps) => LayerPlanner.OutputSteps(_layers, timeSteps);

    public RecurrentState CreateState() => new([.. _layers.SelectMany(States)]);

    // Another model's state would be read with the wrong widths, or under the wrong names.
    private void RequireFit(RecurrentState state)
    {
        if (ReferenceEquals(state, _fittingState)) return;
        ArgumentNullException.ThrowIfNull(state);
        string expected = Text(CreateState()), actual = Text(state);
        if (actual != expected)
            throw new ResearchException($"The state belongs to another model: expected {expected}, got {actual}; make it with CreateState of this model.");
        _fittingState = state;

        static string Text(RecurrentState state) => state.Layers.Count == 0
            ? "none"
            : string.Join(", ", state.Layers.SelectMany(layer => layer.Slots.Select(slot => $"{layer.Name}/{slot.Name}[{slot.Width}]")));
    }

    public BatchLoss TrainBatch(Batch batch, RecurrentState state)
    {
        RequireFit(state);
        if (_slots.Length == 0) throw new ResearchException("The model has no weights, so there is nothing to train; predicting works.");
        int earlier = _training.EarlierBatches > 0 ? state.UsableEarlierBatches(batch) : 0;
        BoundModel bound = Bind(batch, earlier);
        TargetBlock target = batch.Data.Target;
        CheckTargets(batch.Data, target, bound);
        BatchTransfer.LoadInputs(batch, bound, state);
        BatchTransfer.LoadTargets(batch, bound);
        bool zeroState = BatchTransfer.LoadState(batch, bound, state);
        if (_training.EarlierBatches > 0) state.Remember(batch, _training.EarlierBatches);
        foreach (Stage stage in bound.Stages) stage.Forward(training: true, zeroState);
        bound.CountRows(target.Mask is not null);
        if (bound.CountedRows == 0)
        {
            // Nothing to learn from: the state goes on, and weights and optimizer stay as they are.
            foreach (WeightSlot slot in _slots) slot.BeginStep();
            BatchTransfer.StoreState(bound, state);
            return new BatchLoss(0, 0);
        }

        double loss = LossRunner<TSimd, TVector>.Run(_training.Loss, _fusedSoftmax, batch, bound);
        Backward(bound, zeroState);
        loss += _optimizer.AddPenalties();
        _optimizer.Update();
        BatchTransfer.StoreState(bound, state);
        return new BatchLoss(loss, bound.CountedRows);
    }

    public void PredictBatch(Batch batch, RecurrentState state, Span<float> predictions, Span<bool> counts = default)
    {
        RequireFit(state);
        BoundModel bound = Bind(batch, earlier: 0);
        int expected = batch.Rows * bound.OutputSteps * OutputWidth;
        if (predictions.Length < expected)
            throw new ResearchException($"Predictions: expected room for [{batch.Rows}, {bound.OutputSteps}, {OutputWidth}] = {expected} numbers, got {predictions.Length}.");
        if (!counts.IsEmpty && counts.Length < batch.Rows * bound.OutputSteps)
            throw new ResearchException($"Predictions: expected room for which rows count, [{batch.Rows}, {bound.OutputSteps}] = {batch.Rows * bound.OutputSteps} flags, got {counts.Length}.");
        foreach (WeightSlot slot in _slots) FormGradient(slot);
        BatchTransfer.LoadInputs(batch, bound, state);
        bool zeroState = BatchTransfer.LoadState(batch, bound, state);
        foreach (Stage stage in bound.Stages) stage.Forward(training: false, zeroState);
        BatchTransfer.StoreState(bound, state);
        BatchTransfer.StorePredictions(bound, predictions, counts);
    }

    public float[] GetWeight(string name)
    {
        WeightSlot slot = Find(name);
        return new ReadOnlySpan<float>(slot.Values, slot.Count).ToArray();
    }

    public void SetWeight(string name, IReadOnlyList<float> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        WeightSlot slot = Find(name);
        if (values.Count != slot.Count)
            throw new ResearchException($"Weight '{name}': expected [{string.Join(", ", slot.Description.Shape)}] = {slot.Count} numbers, got {values.Count}.");
        for (int i = 0; i < slot.Count; i++) slot.Values[i] = values[i];
        slot.Version++;
    }

    public float[] GetGradient(string name)
    {
        WeightSlot slot = Find(name);
        FormGradient(slot);
        return slot.Written ? new ReadOnlySpan<float>(slot.Gradient, slot.Count).ToArray() : new float[slot.Count];
    }

    public OptimizerState GetOptimizerState() => _optimizer.Export();

    public void SetOptimizerState(OptimizerState state) => _optimizer.Import(state);

    public IReadOnlyList<StreamPosition> GetStreams() => [.. Noise().Select(noise => new StreamPosition(noise.Name, (long)noise.Position))];

    public void SetStreams(IReadOnlyList<StreamPosition> positions)
    {
        NoiseSource[] sources = [.. Noise()];
        if (!sources.Select(source => source.Name).Order().SequenceEqual(positions.Select(position => position.Name).Order()))
            throw new ResearchException($"Random streams: expected {Names(sources.Select(source => source.Name))}, got {Names(positions.Select(position => position.Name))}; was the model trained with other dropout?");
        foreach (StreamPosition position in positions)
        {
            if (position.Position < 0) throw new ResearchException($"Random stream '{position.Name}': expected a position of 0 or more, got {position.Position}.");
            Array.Find(sources, source => source.Name == position.Name)!.Position = (ulong)position.Position;
        }

        static string Names(IEnumerable<string> names) => names.Any() ? string.Join(", ", names.Select(name => $"'{name}'")) : "none";
    }

    private IEnumerable<NoiseSource> Noise() => _layers.SelectMany(layer => new[] { layer.InputNoise, layer.StateNoise }).OfType<NoiseSource>();

    /// <summary>Forms a gradient that the optimizer has formed only for itself, while its factors are still there.</summary>
    private static void FormGradient(WeightSlot slot)
    {
        if (slot.DeferredRows == 0) return;
        MatrixKernels<TSimd, TVector>.Multiply(
            slot.Gradient, slot.Columns, null, 0, slot.DeferredLeft, 1, slot.DeferredLeftStride, slot.DeferredArriving, slot.DeferredArrivingStride, slot.Rows, slot.Columns, slot.DeferredRows);
        bool written = slot.Written;
        slot.BeginStep();
        slot.Written = written;
    }

    public float[] GetInputGradient()
    {
        BoundModel bound = _last ?? throw new ResearchException("No batch has been trained yet.");
        Operand gradient = bound.Input.Gradient;
        float[] values = new float[bound.Rows * bound.Steps * _features];
        for (int row = 0; row < bound.Rows; row++)
        {
            for (int step = 0; step < bound.Steps; step++)
                new ReadOnlySpan<float>(gradient.At(step) + row * gradient.RowStride, _features).CopyTo(values.AsSpan((row * bound.Steps + step) * _features));
        }

        return values;
    }

    private static IEnumerable<LayerState> States(LayerPlan plan) => plan.Layer switch
    {
        RecurrentLayer => [State(plan.Layer.Name!, plan.Step!)],
        BidirectionalLayer => [State(plan.Layer.Name + "/forward", plan.Step!), State(plan.Layer.Name + "/backward", plan.BackwardStep!)],
        _ => [],
    };

    private static LayerState State(string name, StepPlan plan) =>
        new(name, [.. plan.Step.Slots.Select(slot => new SlotState(slot.Name, slot.Width))]);

    private WeightSlot Find(string name) =>
        Array.Find(_slots, slot => slot.Description.Name == name)
        ?? throw new ResearchException($"There is no weight '{name}'; this model has {string.Join(", ", _slots.Select(slot => $"'{slot.Description.Name}'"))}.");

    private BoundModel Bind(Batch batch, int earlier)
    {
        Dataset data = batch.Data;
        InputBlock input = data.Input;
        PlanKey key = new(batch.Rows, input.TimeSteps, earlier, input.Mask is not null);
        if (_last is not null && key == _lastKey && input.Features == _features) return _last;
        if (input.Features != _features)
            throw new ResearchException($"The model was compiled for inputs of {_features} features; the data '{data.Description}' has {input.Features}.");
        if (batch.Rows < 1 || batch.Rows > batch.Samples.Length)
            throw new ResearchException($"Batch: expected 1 to {batch.Samples.Length} rows, got {batch.Rows}.");
        if (!_bound.TryGetValue(key, out BoundModel? bound))
            _bound.Add(key, bound = BoundModel.Bind<TSimd, TVector>(_layers, _features, key.Rows, key.Steps, key.Earlier, key.Masked, _wantInputGradient, _weights, _team));
        _lastKey = key;
        return _last = bound;
    }

    private void CheckTargets(Dataset data, TargetBlock target, BoundModel bound)
    {
        if (target.TimeSteps != bound.OutputSteps)
            throw new ResearchException($"The model yields {bound.OutputSteps} output steps; the data '{data.Description}' has targets for {target.TimeSteps}. Return sequences from the last recurrent layer for a target at every step, and only then.");
        if (target.Width != OutputWidth)
            throw new ResearchException($"The model's last layer is {OutputWidth} wide; the targets of '{data.Description}' are {target.Width} wide.");
        if (_training.Loss.Finding(data, target) is { } finding) throw new ResearchException(finding);
        if (target is { Classes: null, Values: null }) throw new ResearchException($"The data '{data.Description}' has neither target classes nor target values, so there is nothing to learn; predicting works.");
    }

    private void Backward(BoundModel bound, bool zeroState)
    {
        foreach (WeightSlot slot in _slots) slot.BeginStep();
        for (int i = bound.Stages.Length - 1; i >= 0; i--) bound.Stages[i].Backward(zeroState);
    }

    private readonly record struct PlanKey(int Rows, int Steps, int Earlier, bool Masked);
}
