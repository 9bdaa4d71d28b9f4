using Research.Framework.Engine;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Numerics;

namespace Research.Framework.Training;

/// <summary>All figures of a dataset's predictions: the objective's loss, with several outputs each output's, and metrics.</summary>
internal sealed class EvaluationFigures
{
    private readonly ICompiledModel _model;
    private readonly IReadOnlyList<IMetric> _metrics;
    private readonly PredictionLoss[] _losses;
    private readonly double[] _weights;

    /// <exception cref="ResearchException">A metric does not fit the model's outputs, or two figures have the same name.</exception>
    public EvaluationFigures(ICompiledModel model, IReadOnlyList<IMetric> metrics)
    {
        string[] outputs = [.. model.Graph.Outputs.Select(output => output.Name)], findings = [.. Findings(outputs, metrics)];
        if (findings.Length > 0) throw new ResearchException(string.Join("; ", findings) + ".");
        _model = model;
        _metrics = metrics;
        _losses = [.. model.Graph.Outputs.Select(output => new PredictionLoss(model.Objective.LossOf(output.Name), output.Node.Width))];
        _weights = [.. outputs.Select(model.Objective.WeightOf)];
        Names = NamesOf(outputs, metrics);
    }

    /// <summary>The figures' names, <c>loss</c> first.</summary>
    public IReadOnlyList<string> Names { get; }

    public static IReadOnlyList<string> NamesOf(IReadOnlyList<string> outputs, IReadOnlyList<IMetric> metrics) =>
    [
        ObjectiveLoss.Name,
        .. outputs.Count > 1 ? outputs.Select(output => $"{output}/{ObjectiveLoss.Name}") : [],
        .. metrics.Select(metric => metric.Name),
    ];

    /// <summary>What keeps metrics from being taken of a model with such outputs.</summary>
    public static IEnumerable<string> Findings(IReadOnlyList<string> outputs, IReadOnlyList<IMetric> metrics)
    {
        foreach (IMetric metric in metrics)
        {
            if (metric.Output is null && outputs.Count > 1)
                yield return $"metric '{metric.Name}': the model has the outputs {ModelGraph.Names(outputs)}; say which one it judges, e.g. metric.For(\"{outputs[0]}\")";
            else if (metric.Output is { } output && !outputs.Contains(output))
                yield return $"metric '{metric.Name}': the model has no output '{output}'; it has {ModelGraph.Names(outputs)}";
        }

        foreach (IGrouping<string, string> same in NamesOf(outputs, metrics).GroupBy(name => name).Where(same => same.Count() > 1))
        {
            yield return metrics.Count(metric => metric.Name == same.Key) == same.Count()
                ? $"metrics: {same.Count()} are called '{same.Key}', and figures are found by name; give each a name of its own"
                : $"metrics: one is called '{same.Key}', which is the objective's own figure; give it another name";
        }
    }

    /// <summary>Which way a figure is better.</summary>
    public bool LargerIsBetter(string name) => _metrics.FirstOrDefault(metric => metric.Name == name)?.LargerIsBetter ?? false;

    /// <summary>The figures of what a model predicts; batch by batch where that is too much to keep.</summary>
    /// <param name="evaluator">Predicts the data.</param>
    /// <param name="memory">Bytes of the machine.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    public double[] Of(Evaluator evaluator, long memory, CancellationToken cancellation)
    {
        PredictionLoss.Accumulator[] losses = [.. _losses.Select(loss => loss.Begin())];
        MetricAccumulation metrics = new(_metrics);
        foreach (IReadOnlyList<Predictions> piece in PredictionRoom.IsFor(evaluator.Data, _metrics, memory) ? [evaluator.Predict(cancellation)] : evaluator.Pieces(cancellation))
        {
            for (int i = 0; i < losses.Length; i++) losses[i].Add(piece[i]);
            metrics.Add(piece);
        }

        double[] figures = new double[Names.Count];
        int next = 1;
        for (int i = 0; i < losses.Length; i++)
        {
            double loss = losses[i].Result();
            if (_weights[i] != 0) figures[0] += _weights[i] * loss;
            if (losses.Length > 1) figures[next++] = loss;
        }

        figures[0] += Penalty(_model);
        metrics.Results().CopyTo(figures, next);
        return figures;
    }

    /// <summary>What the objective's penalties on weights add to the loss: Σ λ w².</summary>
    /// <param name="model">A model with its objective.</param>
    public static double Penalty(ICompiledModel model)
    {
        double sum = 0;
        if (model.Objective.WeightRules.Count == 0) return sum;
        foreach (string weight in model.Graph.Weights.Select(weight => weight.Name))
        {
            if (model.Objective.L2Of(weight) is > 0 and var factor) sum += factor * SumOfSquares(model.GetTensor(weight));
        }

        return sum;
    }

    private static double SumOfSquares(NamedTensor tensor)
    {
        double sum = 0;
        foreach (float value in tensor.ToFloats()) sum += (double)value * value;
        return sum;
    }
}
