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
    private readonly Predictions[] _predictions;
    private readonly BatchOutputs _outputs;
    private readonly RecurrentState _recurrent;
    private readonly Passage _passage;

    /// <exception cref="ResearchException">The data cannot be used, or do not fit the model.</exception>
    public Evaluator(ICompiledModel model, Dataset data, IStatePolicy state, int batchSize, bool needsTargets)
    {
        data.Validate(needsTargets);
        if (needsTargets) model.Objective.RequireData(model.Graph, data);
        else model.Graph.RequireFit(data, needsTargets: false);
        if (Passage.BatchSizeFinding(data, batchSize, Phase.Evaluate, state) is { } finding) throw new ResearchException($"Evaluation: {finding}.");
        _model = model;
        _predictions = [.. model.Graph.Outputs.Select(output => Room(output, data))];
        int capacity = Math.Min(batchSize, data.Samples);
        _outputs = new BatchOutputs(model.Graph, data, capacity);
        _recurrent = new RecurrentState(model.Graph);
        _passage = new Passage(data, capacity, Phase.Evaluate, state);
    }

    /// <summary>Predicts every sample in order, from zero state.</summary>
    /// <returns>What each output was, in the graph's order; written over by the next call.</returns>
    public IReadOnlyList<Predictions> Predict(CancellationToken cancellation)
    {
        _recurrent.Reset();
        _passage.Begin(0, null);
        while (_passage.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            _model.PredictBatch(_passage.Batch, _recurrent, _outputs);
            int first = _passage.Batch.Samples[0], rows = _passage.Batch.Rows;
            for (int i = 0; i < _predictions.Length; i++) _predictions[i].Take(_outputs.All[i], first, rows);
        }

        return _predictions;
    }

    private static Predictions Room(GraphOutput output, Dataset data)
    {
        int steps = output.Node.Steps.In(data), width = output.Node.Width;
        TargetBlock target = data.Targets.FirstOrDefault(block => block.Name == output.Name) ?? new TargetBlock { Name = output.Name, TimeSteps = steps, Width = width };
        return target.TimeSteps == steps && target.Width == width
            ? new Predictions(data, target, new float[(long)data.Samples * steps * width], new bool[(long)data.Samples * steps])
            : throw new ResearchException($"The model yields [{steps}, {width}] for each sample, the targets of '{data.Description}' are [{target.TimeSteps}, {target.Width}]; leave the target out to predict alone.");
    }
}
