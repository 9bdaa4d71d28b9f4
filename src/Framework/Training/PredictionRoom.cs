using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Metrics;

namespace Research.Framework.Training;

/// <summary>Whether predictions of data are kept, for metrics and results to look at, or are too many.</summary>
internal static class PredictionRoom
{
    // Of the machine's memory; what is made of predictions for people takes about as much again.
    private const int Share = 4;

    /// <summary>The memory that there is, in bytes.</summary>
    public static long Machine => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>
    /// Whether predictions are kept. Where every metric is streamed they are not if they take more than a quarter of the
    /// memory, nor if the data themselves are made as they are read.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <param name="metrics">What is taken of them.</param>
    /// <param name="memory">Bytes of the machine.</param>
    public static bool IsFor(Dataset data, IReadOnlyList<IMetric> metrics, long memory) =>
        !MetricAccumulation.IsStreamed(metrics)
        || (Bytes(data) <= memory / Share && TooLong(data) is null && data.Inputs.All(input => input.Source is null) && data.Targets.All(target => target.ClassSource is null));

    /// <summary>Bytes of all predictions.</summary>
    public static long Bytes(Dataset data) => data.Targets.Sum(target => (long)sizeof(float) * data.Samples * target.TimeSteps * target.Width);

    /// <summary>The target of which the predictions are more than an array holds; null where none is.</summary>
    public static TargetBlock? TooLong(Dataset data) => data.Targets.FirstOrDefault(target => (Int128)data.Samples * target.TimeSteps * target.Width > Array.MaxLength);

    /// <summary>Why metrics that are not streamed cannot be taken of data; null when they can.</summary>
    /// <param name="data">The data.</param>
    /// <param name="metrics">All metrics.</param>
    /// <param name="kept">Bytes that are kept already.</param>
    /// <param name="memory">Bytes of the machine.</param>
    public static string? Finding(Dataset data, IReadOnlyList<IMetric> metrics, long kept, long memory)
    {
        string[] names = [.. metrics.Where(metric => metric is not IStreamedMetric).Select(metric => $"'{metric.Name}'")];
        long bytes = kept + Bytes(data);
        string? reason = names.Length == 0 ? null
            : TooLong(data) is not null ? string.Create(CultureInfo.InvariantCulture, $"are more than an array holds ({Array.MaxLength})")
            : bytes > memory ? string.Create(CultureInfo.InvariantCulture, $"take {bytes / 1e9:#,0.0} GB in all, and this machine has {memory / 1e9:#,0.0} GB")
            : null;
        return reason is null
            ? null
            : $"predictions of '{data.Description}': {(names.Length == 1 ? "metric" : "metrics")} {string.Join(", ", names)} must have all of them at once, and {string.Join(" and ", data.Targets.Select(target => string.Create(CultureInfo.InvariantCulture, $"[{data.Samples}, {target.TimeSteps}, {target.Width}]")))} numbers {reason}; "
                + $"evaluate fewer samples (set TestData to a part of them), or take metrics that are streamed: the ready-made ones but '{Metric.R2.Name}' are, and {nameof(Metric)}.{nameof(Metric.Mean)} makes your own";
    }
}
