using Research.Framework.Data;

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

    /// <summary>The same metric of one column of real-valued targets, named e.g. <c>r2/temperature</c>.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="column">The column's name: one of the target's <see cref="TargetBlock.ClassNames"/>.</param>
    public static IMetric ForColumn(this IMetric metric, string column)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(column);
        return new Derived(metric, $"{metric.Name}/{column}", predictions => Column(metric, predictions, column));
    }

    /// <summary>The same metric of what a rule that learns nothing forecasts, named e.g. <c>naive/root_mean_squared_error</c>.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="baseline">The name of one of the target's <see cref="TargetBlock.Baselines"/>.</param>
    public static IMetric OfBaseline(this IMetric metric, string baseline)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(baseline);
        return new Derived(metric, $"{baseline}/{metric.Name}", predictions =>
        {
            TargetBlock target = predictions.Target;
            Baseline found = target.Baselines.FirstOrDefault(known => known.Name == baseline)
                ?? throw new ResearchException($"Metric '{baseline}/{metric.Name}': the data '{predictions.Data.Description}' have no baseline '{baseline}'; they have {(target.Baselines.Count == 0 ? "none" : string.Join(", ", target.Baselines.Select(known => $"'{known.Name}'")))}.");
            return new Predictions(predictions.Data, target, found.Values, Counts(predictions));
        });
    }

    private static Predictions Column(IMetric metric, Predictions predictions, string column)
    {
        TargetBlock target = predictions.Target;
        int index = target.ClassNames is { } names ? names.ToList().IndexOf(column) : -1, width = target.Width;
        if (index < 0 || target.Values is null)
            throw new ResearchException($"Metric '{metric.Name}/{column}': the real-valued targets of '{predictions.Data.Description}' have no column '{column}'; they have {(target.Values is null || target.ClassNames is null ? "none with a name" : string.Join(", ", target.ClassNames.Select(name => $"'{name}'")))}.");
        TargetBlock only = new()
        {
            Name = target.Name,
            TimeSteps = target.TimeSteps,
            Width = 1,
            Values = Only(target.Values),
            ClassNames = [column],
            Units = target.Units is not { } units ? null : new()
            {
                Scale = [units.Scale[index]],
                Offset = [units.Offset[index]],
                Logarithmic = units.Logarithmic is { } logarithmic ? [logarithmic[index]] : null,
                Base = units.Base is { } levels ? [.. levels.Where((_, i) => i % width == index)] : null,
            },
            Baselines = [.. target.Baselines.Select(baseline => baseline with { Values = Only(baseline.Values) })],
        };
        return new Predictions(predictions.Data, only, Only(predictions.Values), Counts(predictions));

        float[] Only(float[] values) => [.. values.Where((_, i) => i % width == index)];
    }

    private static bool[] Counts(Predictions predictions) => [.. Enumerable.Range(0, predictions.Count).Select(predictions.Counts)];

    /// <summary>A metric of other predictions, made of the model's.</summary>
    private sealed class Derived(IMetric metric, string name, Func<Predictions, Predictions> make) : IMetric
    {
        public string Name => name;

        public bool LargerIsBetter => metric.LargerIsBetter;

        public string? Output => metric.Output;

        public double Evaluate(Predictions predictions)
        {
            ArgumentNullException.ThrowIfNull(predictions);
            return metric.Evaluate(make(predictions));
        }

        public override string ToString() => Name;
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
