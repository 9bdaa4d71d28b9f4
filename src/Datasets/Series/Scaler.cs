using Research.Framework;

namespace Research.Datasets.Series;

/// <summary>
/// Scales each column by what is known of the training part, never of what comes after it. What it scales knows the way back, so that
/// metrics and shown predictions are in the user's units. A column that is constant in the training part is only shifted.
/// </summary>
public sealed class Scaler
{
    private readonly Dictionary<string, (double Scale, double Offset)> _columns = [];

    private Scaler(ScalerKind kind) => Kind = kind;

    /// <summary>How it scales.</summary>
    public ScalerKind Kind { get; }

    /// <summary>Fits a scaler.</summary>
    /// <param name="kind">How it scales.</param>
    /// <param name="training">The training part, of one series or of several with the same columns.</param>
    /// <exception cref="ResearchException">There is no series, or one lacks a column of the first.</exception>
    public static Scaler Fit(ScalerKind kind, params IReadOnlyList<TimeSeries> training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.Count == 0) throw new ResearchException("Scaler: expected at least one series to fit, got none.");
        Scaler scaler = new(kind);
        foreach (string column in training[0].Columns) scaler._columns[column] = Fitted(kind, [.. training.SelectMany(series => series.Column(column))]);
        return scaler;
    }

    /// <summary>A series scaled, e.g. the whole of the one whose training part was fitted.</summary>
    /// <param name="series">Of columns that were fitted.</param>
    /// <exception cref="ResearchException">A column was not fitted.</exception>
    public TimeSeries Apply(TimeSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return series.With(column =>
        {
            (double scale, double offset) = Find(column.Name);
            return column.Scaled(scale, offset);
        });
    }

    /// <summary>The way back: a scaled value of a column as it was before.</summary>
    /// <param name="column">A column that was fitted.</param>
    /// <param name="value">The scaled value.</param>
    /// <exception cref="ResearchException">The column was not fitted.</exception>
    public double Inverse(string column, double value)
    {
        (double scale, double offset) = Find(column);
        return scale * value + offset;
    }

    private (double Scale, double Offset) Find(string column) => _columns.TryGetValue(column, out (double, double) found)
        ? found
        : throw new ResearchException($"Scaler: expected a column that was fitted ({string.Join(", ", _columns.Keys.Select(known => $"'{known}'"))}), got '{column}'.");

    private static (double Scale, double Offset) Fitted(ScalerKind kind, double[] values)
    {
        if (kind == ScalerKind.None) return (1, 0);
        double offset = kind == ScalerKind.MinMax ? values.Min() : values.Average();
        double scale = kind == ScalerKind.MinMax ? values.Max() - offset : Math.Sqrt(values.Average(value => (value - offset) * (value - offset)));
        return (scale > 0 ? scale : 1, offset);
    }
}
