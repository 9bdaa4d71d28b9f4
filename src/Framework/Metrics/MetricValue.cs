namespace Research.Framework.Metrics;

/// <summary>A metric and its value.</summary>
/// <param name="Name">The metric's name, e.g. <c>accuracy</c>.</param>
/// <param name="Value">Its value; accuracies are fractions of 1.</param>
public sealed record MetricValue(string Name, double Value)
{
    /// <summary>The metric's name.</summary>
    public string Name { get; init => field = Required.Value(value); } = Required.Value(Name);
}
