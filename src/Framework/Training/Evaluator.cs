using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>Predicts one dataset, as often as asked: checked once, with room that is used again.</summary>
internal sealed class Evaluator
{
    private readonly ICompiledModel _model;
    private readonly Dataset _data;
    private readonly TargetBlock[] _targets;
    private readonly BatchOutputs _outputs;
    private readonly RecurrentState _recurrent;
    private readonly Passage _passage;
    private Predictions[]? _predictions;

    /// <exception cref="ResearchException">The data cannot be used, or do not fit the model.</exception>
    public Evaluator(ICompiledModel model, Dataset data, IStatePolicy state, int batchSize, bool needsTargets)
    {
        data.Validate(needsTargets);
        if (needsTargets) model.Objective.RequireData(model.Graph, data);
        else model.Graph.RequireFit(data, needsTargets: false);
        if (Passage.BatchSizeFinding(data, batchSize, Phase.Evaluate, state) is { } finding) throw new ResearchException($"Evaluation: {finding}.");
        _model = model;
        _data = data;
        _targets = [.. model.Graph.Outputs.Select(output => Target(output, data))];
        int capacity = Math.Min(batchSize, data.Samples);
        _outputs = new BatchOutputs(model.Graph, data, capacity);
        _recurrent = new RecurrentState(model.Graph);
        _passage = new Passage(data, capacity, Phase.Evaluate, state);
    }

    /// <summary>The dataset.</summary>
    public Dataset Data => _data;

    /// <summary>Predicts every sample in order, from zero state.</summary>
    /// <returns>What each output was, in the graph's order; written over by the next call.</returns>
    /// <exception cref="ResearchException">There are more than an array holds.</exception>
    public IReadOnlyList<Predictions> Predict(CancellationToken cancellation)
    {
        _predictions ??= [.. _targets.Select(Room)];
        Begin();
        while (Next(cancellation))
        {
            int first = _passage.Batch.Samples[0], rows = _passage.Batch.Rows;
            for (int i = 0; i < _predictions.Length; i++) _predictions[i].Take(_outputs.All[i], first, rows);
        }

        return _predictions;
    }

    /// <summary>The same batch by batch, each when it is asked for.</summary>
    /// <returns>What each output was for the batch's samples, in the graph's order; it stays as it is.</returns>
    public IEnumerable<IReadOnlyList<Predictions>> Pieces(CancellationToken cancellation)
    {
        Begin();
        while (Next(cancellation)) yield return Piece(_data.Piece(_passage.Batch.Samples[0], _passage.Batch.Rows));
    }

    private void Begin()
    {
        _recurrent.Reset();
        _passage.Begin(0, null);
    }

    private bool Next(CancellationToken cancellation)
    {
        if (!_passage.Next()) return false;
        cancellation.ThrowIfCancellationRequested();
        _model.PredictBatch(_passage.Batch, _recurrent, _outputs);
        return true;
    }

    private Predictions[] Piece(Dataset piece)
    {
        Predictions[] predictions = new Predictions[_targets.Length];
        for (int i = 0; i < predictions.Length; i++)
        {
            TargetBlock target = piece.Targets.FirstOrDefault(block => block.Name == _targets[i].Name) ?? _targets[i];
            int rows = piece.Samples * target.TimeSteps;
            predictions[i] = new Predictions(piece, target, GC.AllocateUninitializedArray<float>(rows * target.Width), new bool[rows]);
            predictions[i].Take(_outputs.All[i], 0, piece.Samples);
        }

        return predictions;
    }

    private Predictions Room(TargetBlock target)
    {
        long rows = (long)_data.Samples * target.TimeSteps;
        return rows * target.Width <= Array.MaxLength
            ? new Predictions(_data, target, new float[rows * target.Width], new bool[rows])
            : throw new ResearchException($"Predictions of '{_data.Description}': [{_data.Samples}, {target.TimeSteps}, {target.Width}] numbers are more than an array holds ({Array.MaxLength}); predict a part of the data, or piece by piece: {nameof(Evaluation)}.{nameof(Evaluation.PredictInPieces)}.");
    }

    private static TargetBlock Target(GraphOutput output, Dataset data)
    {
        int steps = output.Node.Steps.In(data), width = output.Node.Width;
        TargetBlock target = data.Targets.FirstOrDefault(block => block.Name == output.Name) ?? new TargetBlock { Name = output.Name, TimeSteps = steps, Width = width };
        return target.TimeSteps == steps && target.Width == width
            ? target
            : throw new ResearchException($"The model yields [{steps}, {width}] for each sample, the targets of '{data.Description}' are [{target.TimeSteps}, {target.Width}]; leave the target out to predict alone.");
    }
}
