using Research.Framework.Metrics;

namespace Research.Framework.Training;

/// <summary>Metrics of one evaluation, of all predictions as one piece or of pieces as they come.</summary>
internal sealed class MetricAccumulation
{
    private readonly IReadOnlyList<IMetric> _metrics;
    private readonly IMetricAccumulator[] _accumulators;

    /// <exception cref="UserCodeException">A metric threw what it should not have.</exception>
    public MetricAccumulation(IReadOnlyList<IMetric> metrics)
    {
        _metrics = metrics;
        _accumulators = [.. metrics.Select(metric => metric is IStreamedMetric streamed ? Guard(metric, streamed.Begin) : new Whole(metric))];
    }

    /// <summary>Whether none needs all predictions at once.</summary>
    public static bool IsStreamed(IReadOnlyList<IMetric> metrics) => metrics.All(metric => metric is IStreamedMetric);

    /// <summary>Takes the next piece.</summary>
    /// <param name="predictions">One for each output, in the graph's order; all of them at once unless the metrics are streamed.</param>
    /// <exception cref="UserCodeException">A metric threw what it should not have.</exception>
    public void Add(IReadOnlyList<Predictions> predictions)
    {
        for (int i = 0; i < _accumulators.Length; i++)
        {
            IMetricAccumulator accumulator = _accumulators[i];
            Predictions judged = _metrics[i].Output is { } name ? predictions.First(output => output.Target.Name == name) : predictions[0];
            Guard(_metrics[i], () =>
            {
                accumulator.Add(judged);
                return true;
            });
        }
    }

    /// <summary>The metrics' values, in their order.</summary>
    /// <exception cref="UserCodeException">A metric threw what it should not have.</exception>
    public double[] Results() => [.. _accumulators.Select((accumulator, i) => Guard(_metrics[i], accumulator.Result))];

    private static T Guard<T>(IMetric metric, Func<T> call) => UserCodeException.Guard($"metric '{metric.Name}'", call);

    private sealed class Whole(IMetric metric) : IMetricAccumulator
    {
        private double _value;

        public void Add(Predictions piece) => _value = metric.Evaluate(piece);

        public double Result() => _value;
    }
}
