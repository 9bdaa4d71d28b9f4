using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;

namespace Research.Framework.Managed.Execution;

/// <summary>A compiled model at one SIMD width.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class ManagedModel<TSimd, TVector> : ICompiledModel
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly ModelPlan _plan;
    private readonly WeightSlot[] _slots;
    private readonly Dictionary<WeightDescription, WeightSlot> _weights = new(WeightDescription.ByName);
    private readonly PinnedMemory _parameters;
    private readonly OptimizerRunner<TSimd, TVector> _optimizer;
    private readonly BoundModels _bound = new();
    private readonly List<BoundModel> _ofData = [];
    private readonly ModelTensors<TSimd, TVector> _tensors;
    private readonly Team? _team;
    private readonly InputBlock[] _inputs;
    private readonly TargetBlock?[] _targets;
    private Dataset? _data;
    private BoundModel? _last;
    private int _isBusy;
    private RecurrentState? _fittingState;
    private BatchLosses? _fittingLosses;
    private BatchOutputs? _room;
    private BoundModel? _roomFor;

    public ManagedModel(ModelGraph graph, Objective objective, Seeds seeds, int threads, CancellationToken cancellation)
    {
        Graph = graph;
        Objective = objective;
        _team = threads > 1 ? new Team(threads) : null;
        _plan = new ModelPlan(graph, objective, seeds);
        _inputs = new InputBlock[graph.Inputs.Count];
        _targets = new TargetBlock?[graph.Outputs.Count];
        long length = graph.Weights.Sum(weight => PinnedMemory.Padded(weight.Count));
        _parameters = new PinnedMemory(2 * length);
        _slots = [.. graph.Weights.Select(weight => new WeightSlot(weight))];
        float* next = _parameters.Pointer;
        foreach (WeightSlot slot in _slots)
        {
            slot.Values = next;
            slot.Gradient = next + length;
            next += PinnedMemory.Padded(slot.Count);
            _weights.Add(slot.Description, slot);
            cancellation.ThrowIfCancellationRequested();
            slot.Description.Fill(new Span<float>(slot.Values, slot.Count), seeds, cancellation);
        }

        _optimizer = new OptimizerRunner<TSimd, TVector>(objective, _slots, _team);
        _tensors = new ModelTensors<TSimd, TVector>(TensorNames.Of(graph, objective.Optimizer), _slots, _optimizer, [.. _plan.Noise]);
    }

    public ModelGraph Graph { get; }

    public Objective Objective { get; }

    public double LearningRateFactor
    {
        get => _optimizer.RateFactor;
        set => _optimizer.RateFactor = double.IsFinite(value) && value >= 0
            ? value
            : throw new ResearchException(FormattableString.Invariant($"Learning rate factor: expected 0 or more, got {value}."));
    }

    public IReadOnlyList<string> Tensors => _tensors.Names;

    public void TrainBatch(Batch batch, RecurrentState state, BatchLosses losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        Enter();
        try
        {
            Train(batch, state, losses);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private void Train(Batch batch, RecurrentState state, BatchLosses losses)
    {
        RequireFit(state);
        RequireFit(losses);
        if (_slots.Length == 0) throw new ResearchException("The model has no weights, so there is nothing to train; predicting works.");
        int earlier = Objective.EarlierBatches > 0 ? state.UsableEarlierBatches(batch) : 0;
        BoundModel bound = Bind(batch, earlier, needsTargets: true);
        BatchTransfer.LoadInputs(batch, _inputs, bound, state);
        for (int i = 0; i < bound.Outputs.Length; i++) BatchTransfer.LoadTargets(batch, _targets[i]!, bound.Outputs[i]);
        bool zeroState = BatchTransfer.LoadState(batch, bound, state);
        if (Objective.EarlierBatches > 0) state.BeginBatch(batch);
        foreach (Stage stage in bound.Stages) stage.Forward(training: true, zeroState);
        long counted = 0;
        for (int i = 0; i < bound.Outputs.Length; i++)
        {
            bound.Outputs[i].CountRows(_targets[i]!);
            if (bound.Outputs[i].UnfitClass >= 0) BatchTransfer.RequireUncounted(batch, _targets[i]!, bound.Outputs[i]);
            losses.Losses[i] = LossRunner<TSimd, TVector>.Run(batch, _targets[i]!, bound.Outputs[i]);
            losses.Rows[i] = bound.Outputs[i].CountedRows;
            counted += losses.Rows[i];
        }

        losses.Penalty = 0;
        losses.IsFinite = true;
        foreach (WeightSlot slot in _slots) slot.BeginStep();
        if (counted > 0)
        {
            for (int i = bound.Stages.Length - 1; i >= 0; i--) bound.Stages[i].Backward(zeroState);
            losses.Penalty = _optimizer.AddPenalties();

            // The last finite weights stay.
            losses.IsFinite = double.IsFinite(losses.Total) && _optimizer.TryUpdate();
        }

        if (!losses.IsFinite) return;
        BatchTransfer.StoreState(bound, state);
        if (Objective.EarlierBatches > 0) state.EndBatch(Objective.EarlierBatches);
    }

    public void PredictBatch(Batch batch, RecurrentState state, BatchOutputs outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Enter();
        try
        {
            Predict(batch, state, outputs);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private void Predict(Batch batch, RecurrentState state, BatchOutputs outputs)
    {
        RequireFit(state);
        BoundModel bound = Bind(batch, earlier: 0, needsTargets: false);
        if (bound != _roomFor || !ReferenceEquals(outputs, _room)) RequireRoom(batch, bound, outputs);
        _tensors.FormGradients();
        BatchTransfer.LoadInputs(batch, _inputs, bound, state);
        bool zeroState = BatchTransfer.LoadState(batch, bound, state);
        foreach (Stage stage in bound.Stages) stage.Forward(training: false, zeroState);
        BatchTransfer.StoreState(bound, state);
        for (int i = 0; i < bound.Outputs.Length; i++) BatchTransfer.StoreOutput(bound.Outputs[i], outputs.Array[i]);
    }

    public NamedTensor GetTensor(string name) => _tensors.Get(name);

    public void SetTensors(IReadOnlyList<NamedTensor> tensors) => _tensors.Set(tensors);

    public float[] GetGradient(string weight) => _tensors.Gradient(weight);

    public void Dispose()
    {
        _bound.Clear();
        _ofData.Clear();
        _last = null;
        _roomFor = null;
    }

    // Two threads in the same memory would yield numbers, and wrong ones.
    private void Enter()
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
            throw new ResearchException("The model is in use by another thread; compile one for each thread.");
    }

    // Another model's state would be read with the wrong widths, or under the wrong names.
    private void RequireFit(RecurrentState state)
    {
        if (ReferenceEquals(state, _fittingState)) return;
        ArgumentNullException.ThrowIfNull(state);
        state.RequireFit(Graph);
        _fittingState = state;
    }

    private void RequireFit(BatchLosses losses)
    {
        if (ReferenceEquals(losses, _fittingLosses)) return;
        losses.RequireFit(Graph, Objective);
        _fittingLosses = losses;
    }

    private void RequireRoom(Batch batch, BoundModel bound, BatchOutputs outputs)
    {
        outputs.RequireFit(Graph, batch.Data, batch.Rows);
        (_room, _roomFor) = (outputs, bound);
    }

    private BoundModel Bind(Batch batch, int earlier, bool needsTargets)
    {
        ArgumentNullException.ThrowIfNull(batch);
        bool sameData = ReferenceEquals(batch.Data, _data) && (!needsTargets || _targets[0] is not null);
        if (sameData && _last is not null && _last.Rows == batch.Rows && _last.Earlier == earlier) return _last;
        if (!sameData) Take(batch.Data, needsTargets);
        foreach (BoundModel known in _ofData)
        {
            if (known.Rows == batch.Rows && known.Earlier == earlier) return _last = _bound.Use(known);
        }

        batch.RequireRows();
        BatchShape shape = new(batch.Rows, earlier, [.. _inputs.Select(input => input.TimeSteps)], [.. _inputs.Select(input => input.Mask is not null)]);
        BoundModel bound = _bound.Find(shape) ?? Bind(shape);
        _ofData.Add(bound);
        return _last = _bound.Use(bound);
    }

    private BoundModel Bind(BatchShape shape)
    {
        _tensors.FormGradients(); // their factors may lie in what makes room
        long before = GC.GetAllocatedBytesForCurrentThread();
        BoundModel bound = new ModelBinder<TSimd, TVector>(_plan, shape, _weights, _team).Bind();
        _bound.Add(bound, GC.GetAllocatedBytesForCurrentThread() - before);
        _ofData.RemoveAll(known => !_bound.Holds(known));
        (_last, _room, _roomFor) = (null, null, null);
        return bound;
    }

    private void Take(Dataset data, bool needsTargets)
    {
        // A batch that is refused after this leaves nothing behind that the next one could run on.
        _data = null;
        _last = null;
        _ofData.Clear();
        if (needsTargets) Objective.RequireData(Graph, data);
        else Graph.RequireFit(data, needsTargets: false);
        for (int i = 0; i < _inputs.Length; i++) _inputs[i] = data.FindInput(Graph.Inputs[i].Name);
        Array.Clear(_targets);
        for (int i = 0; needsTargets && i < _targets.Length; i++) _targets[i] = data.FindTarget(Graph.Outputs[i].Name);

        _data = data;
    }
}
