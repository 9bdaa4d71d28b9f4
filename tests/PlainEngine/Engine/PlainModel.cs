using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.State;

namespace Research.Plain.Engine;

/// <summary>A compiled model.</summary>
internal sealed class PlainModel : ICompiledModel
{
    private readonly PlainParts _parts;
    private readonly PlainOptimizer _optimizer;
    private readonly PlainNoise _noise;
    private readonly PlainLoss[] _losses;
    private readonly Dictionary<string, IReadOnlyList<int>> _shapes = [];

    public PlainModel(ModelGraph graph, Objective objective, Seeds seeds, CancellationToken cancellation)
    {
        Graph = graph;
        Objective = objective;
        _parts = new PlainParts(graph, objective, seeds, cancellation);
        _optimizer = new PlainOptimizer(_parts, objective);
        _noise = new PlainNoise(graph, seeds);
        _losses = [.. graph.Outputs.Select(output => new PlainLoss(output, objective))];
        Tensors = TensorNames.Of(graph, objective.Optimizer);
        foreach (WeightDescription weight in graph.Weights)
        {
            _shapes.Add(weight.Name, weight.Shape);
            foreach (string moment in objective.Optimizer.Moments) _shapes.Add(TensorNames.Moment(moment, weight.Name), weight.Shape);
        }
    }

    public ModelGraph Graph { get; }

    public Objective Objective { get; }

    public IReadOnlyList<string> Tensors { get; }

    public double LearningRateFactor
    {
        get => _optimizer.RateFactor;
        set => SetTensors([NamedTensor.OfDoubles(TensorNames.LearningRateFactor, [1], [value])]);
    }

    public void TrainBatch(Batch batch, RecurrentState state, BatchLosses losses)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(losses);
        if (Graph.Weights.Count == 0) throw new ResearchException("The model has no weights, so there is nothing to train; predicting works.");
        state.RequireFit(Graph);
        losses.RequireFit(Graph, Objective);
        Objective.RequireData(Graph, batch.Data);
        PlainBatch last = Of(batch);

        // The batches before run again from the state before them; only the batch itself has a loss.
        int earlier = Objective.EarlierBatches > 0 ? state.UsableEarlierBatches(batch) : 0;
        List<PlainPass> passes = [];
        _noise.BeginBatch();
        for (int i = earlier; i >= 0; i--)
        {
            EarlierBatch? again = i > 0 ? state.Earlier[^i] : null;
            PlainBatch next = again is null ? last : new PlainBatch(again.Data, again.Samples, again.RowStates, batch.Rows, RunsAgain: true);
            PlainPass pass = new(_parts, next, passes.Count > 0 ? passes[^1].StartOf(next) : again is null ? Start(state, next) : Start(again, next), _noise);
            pass.Forward();
            passes.Add(pass);
        }

        if (Objective.EarlierBatches > 0) state.BeginBatch(batch);
        for (int i = 0; i < _losses.Length; i++)
        {
            GraphOutput output = Graph.Outputs[i];
            _losses[i].Run(passes[^1][output.Node], batch.Data.FindTarget(output.Name), last, losses, i);
        }

        losses.Penalty = 0;
        losses.IsFinite = true;
        foreach (double[] gradient in _parts.Gradients.Values) Array.Clear(gradient);
        if (losses.Rows.Any(rows => rows > 0))
        {
            for (int i = passes.Count - 1; i >= 0; i--) passes[i].Backward();
            losses.Penalty = _optimizer.AddPenalties();
            losses.IsFinite = double.IsFinite(losses.Total) && _optimizer.TryUpdate();
        }

        if (!losses.IsFinite) return;
        Store(passes[^1], state, last);
        if (Objective.EarlierBatches > 0) state.EndBatch(Objective.EarlierBatches);
    }

    public void PredictBatch(Batch batch, RecurrentState state, BatchOutputs outputs)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(outputs);
        state.RequireFit(Graph);
        Graph.RequireFit(batch.Data, needsTargets: false);
        PlainBatch only = Of(batch);
        outputs.RequireFit(Graph, batch.Data, batch.Rows);
        PlainPass pass = new(_parts, only, Start(state, only), noise: null);
        pass.Forward();
        Store(pass, state, only);
        for (int i = 0; i < Graph.Outputs.Count; i++) Store(pass[Graph.Outputs[i].Node], outputs.All[i]);
    }

    public NamedTensor GetTensor(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_shapes.TryGetValue(name, out IReadOnlyList<int>? shape)) return NamedTensor.OfFloats(name, shape, [.. Kept(name).Select(value => (float)value)]);
        if (Stream(name) is { } stream) return NamedTensor.OfLongs(name, [1], [stream.Position]);
        if (!Tensors.Contains(name)) throw Unknown("tensor", name, Tensors);
        return name switch
        {
            TensorNames.Steps => NamedTensor.OfLongs(name, [1], [_optimizer.Steps]),
            TensorNames.Beta1Power => NamedTensor.OfDoubles(name, [1], [_optimizer.Beta1Power]),
            TensorNames.Beta2Power => NamedTensor.OfDoubles(name, [1], [_optimizer.Beta2Power]),
            _ => NamedTensor.OfDoubles(name, [1], [_optimizer.RateFactor]),
        };
    }

    public void SetTensors(IReadOnlyList<NamedTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.GroupBy(tensor => tensor.Name).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new ResearchException($"Tensor '{twice.Key}' is given twice.");
        foreach (NamedTensor tensor in tensors) TensorNames.RequireFit(GetTensor(tensor.Name), tensor);
        foreach (NamedTensor tensor in tensors) Set(tensor);
    }

    public float[] GetGradient(string weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return _parts.Gradients.TryGetValue(weight, out double[]? gradient)
            ? [.. gradient.Select(value => (float)value)]
            : throw Unknown("weight", weight, _parts.Weights.Keys);
    }

    public void Dispose()
    {
    }

    private static PlainBatch Of(Batch batch)
    {
        batch.RequireValid();
        return new PlainBatch(batch.Data, batch.Samples, batch.RowStates, batch.Rows);
    }

    private Dictionary<ScanNode, PlainState> Start(RecurrentState state, PlainBatch batch) =>
        Start(batch, (scan, slot, row) => state[scan.Name].Slots[slot].Get(row));

    // An earlier batch counts the slots of all scans through.
    private Dictionary<ScanNode, PlainState> Start(EarlierBatch again, PlainBatch batch)
    {
        Dictionary<ScanNode, int> first = [];
        int slots = 0;
        foreach (ScanNode scan in Graph.Scans)
        {
            first.Add(scan, slots);
            slots += scan.Step.Slots.Count;
        }

        return Start(batch, (scan, slot, row) => again.StateBefore(first[scan] + slot).AsSpan(row * scan.Step.Slots[slot].Width, scan.Step.Slots[slot].Width).ToArray());
    }

    private Dictionary<ScanNode, PlainState> Start(PlainBatch batch, Func<ScanNode, int, int, float[]> carried) => Graph.Scans.ToDictionary(scan => scan, scan =>
    {
        float[][][] rows = [.. scan.Step.Slots.Select((_, slot) => Enumerable.Range(0, batch.Rows).Select(row => carried(scan, slot, row)).ToArray())];
        return PlainState.Of(scan, batch.Rows, (slot, row, column) => batch.RowStates[row] == RowState.Carry ? rows[slot][row][column] : 0);
    });

    private void Store(PlainPass pass, RecurrentState state, PlainBatch batch)
    {
        foreach (ScanNode scan in Graph.Scans)
        {
            for (int slot = 0; slot < scan.Step.Slots.Count; slot++)
            {
                for (int row = 0; row < batch.Rows; row++)
                    state[scan.Name].Slots[slot].Set(row, [.. PlainMath.Row(pass.Final[scan].Values[slot], row).Select(value => (float)value)]);
            }
        }
    }

    private static void Store(PlainFlow flow, BatchOutput output)
    {
        for (int row = 0; row < flow.Rows; row++)
        {
            for (int step = 0; step < flow.Steps; step++)
            {
                int position = row * flow.Steps + step;
                output.Counts[position] = flow.Counts(step, row);
                for (int column = 0; column < flow.Width; column++) output.Values[position * flow.Width + column] = (float)flow.Values[step][row, column];
            }
        }
    }

    private void Set(NamedTensor tensor)
    {
        if (Stream(tensor.Name) is { } stream)
        {
            stream.Position = tensor.ToLongs()[0];
            return;
        }

        switch (tensor.Name)
        {
            case TensorNames.Steps: _optimizer.Steps = tensor.ToLongs()[0]; break;
            case TensorNames.LearningRateFactor: _optimizer.RateFactor = tensor.ToDoubles()[0]; break;
            case TensorNames.Beta1Power: _optimizer.Beta1Power = tensor.ToDoubles()[0]; break;
            case TensorNames.Beta2Power: _optimizer.Beta2Power = tensor.ToDoubles()[0]; break;
            default: tensor.ToFloats().Select(value => (double)value).ToArray().CopyTo(Kept(tensor.Name), 0); break;
        }
    }

    private double[] Kept(string name) => _parts.Weights.GetValueOrDefault(name) ?? _optimizer.Moments[name];

    private NoiseStream? Stream(string name) => _noise.Streams.FirstOrDefault(stream => TensorNames.Stream(stream.Name) == name);

    private static ResearchException Unknown(string what, string name, IEnumerable<string> known) =>
        new($"There is no {what} '{name}'; this model has {string.Join(", ", known.Select(other => $"'{other}'"))}.");
}
