namespace Research.Framework.Metrics;

/// <summary>What can be made of any metric.</summary>
public static class MetricExtensions
{
    /// <summary>The same metric of one output of a model with several, named e.g. <c>answer/accuracy</c>.</summary>
    /// <param name="metric">The metric, of no output yet.</param>
    /// <param name="output">The output's name.</param>
    /// <exception cref="ResearchException">The name is empty, or the metric is for an output already.</exception>
    public static IMetric For(this IMetric metric, string output)
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (string.IsNullOrWhiteSpace(output)) throw new ResearchException($"Metric '{metric.Name}': expected the name of an output, e.g. 'answer', got an empty one.");
        if (metric.Output is not null) throw new ResearchException($"Metric '{metric.Name}' is for output '{metric.Output}' already; make one for '{output}' of the metric itself.");
        return metric is IStreamedMetric streamed ? new StreamedOfOutput(streamed, output) : new OfOutput(metric, output);
    }

    private sealed class OfOutput(IMetric metric, string output) : IMetric
    {
        public string Name { get; } = $"{output}/{metric.Name}";

        public bool LargerIsBetter => metric.LargerIsBetter;

        public string? Output => output;

        public double Evaluate(Predictions predictions) => metric.Evaluate(predictions);

        public override string ToString() => Name;
    }

    private sealed class StreamedOfOutput(IStreamedMetric metric, string output) : IStreamedMetric
    {
        public string Name { get; } = $"{output}/{metric.Name}";

        public bool LargerIsBetter => metric.LargerIsBetter;

        public string? Output => output;

        public IMetricAccumulator Begin() => metric.Begin();

        public override string ToString() => Name;
    }
}
