using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>Predicts whole datasets.</summary>
public static class Evaluation
{
    /// <summary>Predicts every sample in order, starting from zero state: a training's own state is not touched.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">What is predicted.</param>
    /// <param name="state">Asked before each batch, for each row.</param>
    /// <param name="batchSize">Samples predicted at once; at least 1.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <returns>What each output was, in the graph's order, beside the data's target where there is one.</returns>
    /// <exception cref="ResearchException">The data cannot be used (they need no targets), or a target has another shape than the model's output.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<Predictions> Predict(ICompiledModel model, Dataset data, IStateManager state, int batchSize, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        data.Validate(needsTargets: false);
        model.Graph.RequireFit(data, needsTargets: false);
        Predictions[] predictions = [.. model.Graph.Outputs.Select(output => Room(output, data))];
        int capacity = Math.Min(batchSize, data.Samples);
        BatchOutputs outputs = new(model.Graph, data, capacity);
        RecurrentState recurrent = new(model.Graph);
        Passage passage = new(data, capacity, Phase.Evaluate, state);
        passage.Begin(0, null);
        while (passage.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            model.PredictBatch(passage.Batch, recurrent, outputs);
            int first = passage.Batch.Samples[0], rows = passage.Batch.Rows;
            for (int i = 0; i < predictions.Length; i++) predictions[i].Take(outputs.All[i], first, rows);
        }

        return predictions;
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
