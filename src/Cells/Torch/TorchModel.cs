using System.Runtime.InteropServices;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.State;
using TorchSharp;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>A compiled model. Whatever a call makes of tensors is gone when it returns.</summary>
internal sealed class TorchModel : ICompiledModel
{
    private readonly TorchParts _parts;
    private readonly TorchOptimizer _optimizer;
    private readonly TorchNoise _noise;
    private readonly TorchLoss[] _losses;
    private Dataset? _known;
    private int _isBusy;

    public TorchModel(ModelGraph graph, Objective objective, Seeds seeds, TorchOptions options, Device device, CancellationToken cancellation)
    {
        Graph = graph;
        Objective = objective;
        _parts = new TorchParts(graph, objective, seeds, options, device, cancellation);
        _optimizer = new TorchOptimizer(_parts, objective);
        _noise = new TorchNoise(graph, seeds, device);
        _losses = [.. graph.Outputs.Select(output => new TorchLoss(_parts, output, objective))];
        Tensors = TensorNames.Of(graph, objective.Optimizer);
    }

    public ModelGraph Graph { get; }

    public Objective Objective { get; }

    public IReadOnlyList<string> Tensors { get; }

    public double LearningRateFactor
    {
        get => _optimizer.RateFactor;
        set
        {
            // While training goes on, too.
            NamedTensor given = NamedTensor.OfDoubles(TensorNames.LearningRateFactor, [1], [value]);
            TensorNames.RequireFit(given, given);
            _optimizer.RateFactor = value;
        }
    }

    public void TrainBatch(Batch batch, RecurrentState state, BatchLosses losses)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(losses);
        if (Graph.Weights.Count == 0) throw new ResearchException("The model has no weights, so there is nothing to train; predicting works.");
        state.RequireFit(Graph);
        losses.RequireFit(Graph, Objective);
        if (!ReferenceEquals(_known, batch.Data)) Objective.RequireData(Graph, batch.Data); // which looks at all of it
        _known = batch.Data;
        TorchBatch last = Of(batch, isTrained: true);
        Alone(() => Train(batch, last, state, losses));
    }

    public void PredictBatch(Batch batch, RecurrentState state, BatchOutputs outputs)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(outputs);
        state.RequireFit(Graph);
        Graph.RequireFit(batch.Data, needsTargets: false);
        TorchBatch only = Of(batch, isTrained: false);
        outputs.RequireFit(Graph, batch.Data, batch.Rows);
        Alone(() => Predict(only, state, outputs));
    }

    public NamedTensor GetTensor(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Whole(name) is { } whole) return NamedTensor.OfFloats(name, whole.Weight.Shape, Alone(() => _parts.Of(whole.All, whole.Weight).ToArray<float>()));
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
        if (tensors.GroupBy(given => given.Name).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new ResearchException($"Tensor '{twice.Key}' is given twice.");
        foreach (NamedTensor given in tensors) TensorNames.RequireFit(GetTensor(given.Name), given);
        Alone(() =>
        {
            foreach (NamedTensor given in tensors) Set(given);
        });
    }

    public float[] GetGradient(string weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return _parts.HasWeight(weight)
            ? Alone(() => _parts.Of(_optimizer.Gradient, weight).ToArray<float>())
            : throw Unknown("weight", weight, Graph.Weights.Select(known => known.Name));
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _parts.Dispose();
    }

    private void Train(Batch batch, TorchBatch last, RecurrentState state, BatchLosses losses)
    {
        using IDisposable gradients = enable_grad();
        _parts.LoadModules();
        _noise.BeginBatch();

        // The batches before run again from the state before them; only the batch itself has a loss.
        int earlier = Objective.EarlierBatches > 0 ? state.UsableEarlierBatches(batch) : 0;
        TorchPass? pass = null;
        for (int i = earlier; i >= 0; i--)
        {
            EarlierBatch? again = i > 0 ? state.Earlier[^i] : null;
            TorchBatch next = again is null ? last : new TorchBatch(again.Data, again.Samples, again.RowStates, batch.Rows, IsTrained: true) { RunsAgain = true };
            pass = new TorchPass(_parts, next, pass is not null ? pass.StartOf(next) : again is null ? Start(state, next) : Start(again, next), _noise);
            pass.Forward();
        }

        TorchLoss.Result[] results = [.. _losses.Select((loss, i) => loss.Run(pass![Graph.Outputs[i].Node], batch.Data.FindTarget(Graph.Outputs[i].Name), last))];
        if (Objective.EarlierBatches > 0) state.BeginBatch(batch);
        losses.Penalty = 0;
        losses.IsFinite = true;
        for (int i = 0; i < results.Length; i++) losses.Rows[i] = results[i].Rows;
        TorchOptimizer.Update? update = results.Any(result => result.Rows > 0) ? Prepare(results, losses) : null;
        Read(results, update, losses);
        if (!losses.IsFinite) return;
        using (no_grad())
        {
            if (update is not null) _optimizer.Make(update);
            else _optimizer.Gradient.zero_();
        }

        Store(pass!, state, last.Rows);
        if (Objective.EarlierBatches > 0) state.EndBatch(Objective.EarlierBatches);
    }

    private TorchOptimizer.Update Prepare(TorchLoss.Result[] results, BatchLosses losses)
    {
        Tensor? sum = null;
        for (int i = 0; i < results.Length; i++)
        {
            // 0 times a loss that is not finite is none.
            if (results[i].Differentiated is not { requires_grad: true } loss || _losses[i].Weight == 0) continue;
            sum = sum is null ? loss.Times(_losses[i].Weight) : sum.Plus(loss.Times(_losses[i].Weight));
        }

        Tensor gradient = sum is null ? zeros_like(_parts.Weights) : _parts.GradientOf(sum);
        using IDisposable still = no_grad();
        losses.Penalty = _optimizer.AddPenalties(gradient).ToArray<float>()[0];
        return _optimizer.Prepare(gradient);
    }

    // All figures in one transfer.
    private static void Read(TorchLoss.Result[] results, TorchOptimizer.Update? update, BatchLosses losses)
    {
        List<Tensor> figures = [.. results.Select(result => result.Shown.detach().reshape(1))];
        if (update is not null) figures.Add(update.IsFinite.to_type(ScalarType.Float32).reshape(1));
        float[] values = cat(figures, 0).ToArray<float>();
        for (int i = 0; i < results.Length; i++) losses.Losses[i] = values[i];
        if (update is not null) losses.IsFinite = values[^1] != 0 && double.IsFinite(losses.Total);
    }

    private void Predict(TorchBatch batch, RecurrentState state, BatchOutputs outputs)
    {
        // torch's modules are silently wrong for many widths where no gradient is asked for, on processors with AVX-512.
        using IDisposable mode = _parts.HasModules ? enable_grad() : no_grad();
        _parts.LoadModules();
        TorchPass pass = new(_parts, batch, Start(state, batch), noise: null);
        pass.Forward();
        Store(pass, state, batch.Rows);
        for (int i = 0; i < Graph.Outputs.Count; i++)
        {
            TorchFlow flow = pass[Graph.Outputs[i].Node];
            flow.Values.permute(1, 0, 2).ToArray<float>().CopyTo(outputs.All[i].Values, 0);
            if (flow.Mask is null) outputs.All[i].Counts.AsSpan(0, flow.Steps * flow.Rows).Fill(true);
            else flow.Mask.t().ToArray<bool>().CopyTo(outputs.All[i].Counts, 0);
        }
    }

    private static TorchBatch Of(Batch batch, bool isTrained)
    {
        batch.RequireValid();
        return new TorchBatch(batch.Data, batch.Samples, batch.RowStates, batch.Rows, isTrained);
    }

    private Dictionary<ScanNode, Tensor[]> Start(RecurrentState state, TorchBatch batch) => Start(batch, (scan, slot) =>
    {
        float[] values = new float[batch.Rows * scan.Step.Slots[slot].Width];
        state[scan.Name].Slots[slot].CopyTo(values);
        return values;
    });

    // An earlier batch counts the slots of all scans through.
    private Dictionary<ScanNode, Tensor[]> Start(EarlierBatch again, TorchBatch batch)
    {
        Dictionary<ScanNode, int> first = [];
        int slots = 0;
        foreach (ScanNode scan in Graph.Scans)
        {
            first.Add(scan, slots);
            slots += scan.Step.Slots.Count;
        }

        return Start(batch, (scan, slot) => again.StateBefore(first[scan] + slot)[..(batch.Rows * scan.Step.Slots[slot].Width)]);
    }

    private Dictionary<ScanNode, Tensor[]> Start(TorchBatch batch, Func<ScanNode, int, float[]> carried) =>
        Graph.Scans.ToDictionary(scan => scan, scan => scan.Step.Slots.Select((slot, index) =>
        {
            if (!batch.Carries) return zeros(batch.Rows, slot.Width, device: _parts.Device);
            float[] values = carried(scan, index);
            for (int row = 0; row < batch.Rows; row++)
            {
                if (batch.RowStates[row] == RowState.Reset) values.AsSpan(row * slot.Width, slot.Width).Clear();
            }

            return tensor(values, [batch.Rows, slot.Width], device: _parts.Device);
        }).ToArray());

    private void Store(TorchPass pass, RecurrentState state, int rows)
    {
        if (Graph.Scans.Count == 0) return;
        float[] all = cat([.. Graph.Scans.SelectMany(scan => pass.Final[scan]).Select(slot => slot.detach().reshape(-1))], 0).ToArray<float>();
        int start = 0;
        foreach (ScanNode scan in Graph.Scans)
        {
            foreach (StateValues slot in state[scan.Name].Slots)
            {
                slot.CopyFrom(all.AsSpan(start, rows * slot.Width));
                start += rows * slot.Width;
            }
        }
    }

    private void Set(NamedTensor given)
    {
        if (Stream(given.Name) is { } stream)
        {
            stream.Position = given.ToLongs()[0];
            return;
        }

        switch (given.Name)
        {
            case TensorNames.Steps: _optimizer.Steps = given.ToLongs()[0]; break;
            case TensorNames.LearningRateFactor: _optimizer.RateFactor = given.ToDoubles()[0]; break;
            case TensorNames.Beta1Power: _optimizer.Beta1Power = given.ToDoubles()[0]; break;
            case TensorNames.Beta2Power: _optimizer.Beta2Power = given.ToDoubles()[0]; break;
            default:
                Held whole = Whole(given.Name)!;
                using (no_grad()) _parts.Of(whole.All, whole.Weight).copy_(tensor(given.ToFloats(), [whole.Weight.Rows, whole.Weight.Columns]));
                break;
        }
    }

    // A weight, or what is remembered of one: a part of a tensor that holds it for all weights.
    private Held? Whole(string name)
    {
        foreach (WeightDescription weight in Graph.Weights)
        {
            if (weight.Name == name) return new Held(_parts.Weights, weight);
            foreach (string moment in Objective.Optimizer.Moments)
            {
                if (TensorNames.Moment(moment, weight.Name) == name) return new Held(_optimizer.Moments[moment], weight);
            }
        }

        return null;
    }

    private NoiseStream? Stream(string name) => _noise.Streams.FirstOrDefault(stream => TensorNames.Stream(stream.Name) == name);

    private void Alone(Action work) => Alone(() =>
    {
        work();
        return 0;
    });

    private T Alone<T>(Func<T> work)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0) throw new ResearchException("This model is used by another thread; compile one model for each that runs in parallel.");
        try
        {
            using DisposeScope scope = NewDisposeScope();
            return work();
        }
        catch (ExternalException exception)
        {
            throw new ResearchException($"Torch: {Message(exception)}", exception);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    /// <summary>What libtorch says: its first line; the others are where within it that came from.</summary>
    internal static string Message(ExternalException exception) => exception.Message.Split('\n')[0].TrimEnd();

    private static ResearchException Unknown(string what, string name, IEnumerable<string> known) =>
        new($"There is no {what} '{name}'; this model has {string.Join(", ", known.Select(other => $"'{other}'"))}.");

    private sealed record Held(Tensor All, WeightDescription Weight);
}
