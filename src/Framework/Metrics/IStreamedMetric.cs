namespace Research.Framework.Metrics;

/// <summary>
/// A metric that never needs all predictions at once, as one that is a sum over rows: it can be taken of more than memory holds.
/// <see cref="Metric.Mean"/> makes one of a function of a row.
/// </summary>
public interface IStreamedMetric : IMetric
{
    /// <summary>Begins an evaluation.</summary>
    /// <returns>An accumulator of its own, that shares nothing with others.</returns>
    IMetricAccumulator Begin();

    /// <inheritdoc/>
    double IMetric.Evaluate(Predictions predictions)
    {
        IMetricAccumulator accumulator = Begin();
        accumulator.Add(predictions);
        return accumulator.Result();
    }
}
