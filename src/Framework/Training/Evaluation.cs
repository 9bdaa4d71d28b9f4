using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Metrics;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>Predicts and judges whole datasets, every sample in order, starting from zero state: a training's own state is not touched.</summary>
public static class Evaluation
{
    /// <summary>Predicts a dataset.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">What is predicted.</param>
    /// <param name="state">Asked before each batch, for each row.</param>
    /// <param name="batchSize">Samples predicted at once; at least 1.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <returns>What each output was, in the graph's order, beside the data's target where there is one.</returns>
    /// <exception cref="ResearchException">The data cannot be used (they need no targets), or a target has another shape than the model's output.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<Predictions> Predict(ICompiledModel model, Dataset data, IStatePolicy state, int batchSize, CancellationToken cancellation = default) =>
        New(model, data, state, batchSize, needsTargets: false).Predict(cancellation);

    /// <summary>Predicts a dataset batch by batch, each when it is asked for: what <see cref="Predict"/> yields, where it is more than memory holds.</summary>
    /// <param name="model">The model; it is used while the pieces are read.</param>
    /// <param name="data">What is predicted.</param>
    /// <param name="state">Asked before each batch, for each row.</param>
    /// <param name="batchSize">Samples predicted at once; at least 1.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <returns>For each batch, in order, what each output was for its samples, in the graph's order; to be read once, from the first to the last.</returns>
    /// <exception cref="ResearchException">As <see cref="Predict"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IEnumerable<IReadOnlyList<Predictions>> PredictInPieces(ICompiledModel model, Dataset data, IStatePolicy state, int batchSize, CancellationToken cancellation = default) =>
        New(model, data, state, batchSize, needsTargets: false).Pieces(cancellation);

    /// <summary>Judges a model by a dataset: predicts it and takes the figures that a training shows of its validation data. Where that is too much to keep it goes batch by batch, if every metric is an <see cref="IStreamedMetric"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">What is predicted, with targets.</param>
    /// <param name="state">Asked before each batch, for each row.</param>
    /// <param name="batchSize">Samples predicted at once; at least 1.</param>
    /// <param name="metrics">Figures of merit; where the model has several outputs, each says which one it judges.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <returns><c>loss</c>, the objective's, with penalties on weights; with several outputs each one's own, e.g. <c>answer/loss</c>; then the metrics.</returns>
    /// <exception cref="ResearchException">The data or a metric do not fit the model.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<MetricValue> Evaluate(ICompiledModel model, Dataset data, IStatePolicy state, int batchSize, IReadOnlyList<IMetric> metrics, CancellationToken cancellation = default)
    {
        Evaluator evaluator = New(model, data, state, batchSize, needsTargets: true);
        ArgumentNullException.ThrowIfNull(metrics);
        EvaluationFigures figures = new(model, metrics);
        return Named(figures.Names, figures.Of(evaluator, PredictionRoom.Machine, cancellation));
    }

    /// <summary>Values with their names.</summary>
    internal static IReadOnlyList<MetricValue> Named(IReadOnlyList<string> names, IReadOnlyList<double> values) =>
        names.Count == 0 ? [] : [.. names.Select((name, i) => new MetricValue(name, values[i]))];

    private static Evaluator New(ICompiledModel model, Dataset data, IStatePolicy state, int batchSize, bool needsTargets)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return new Evaluator(model, data, state, batchSize, needsTargets);
    }
}
