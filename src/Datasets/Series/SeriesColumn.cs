using Research.Framework.Data;

namespace Research.Datasets.Series;

/// <summary>One column: its values, and how they go back to the units it was read in.</summary>
/// <param name="Name">The name.</param>
/// <param name="Values">The values as they are now.</param>
internal sealed record SeriesColumn(string Name, double[] Values)
{
    // The framework's exponential and logarithm, whose bits are the same on every machine.
    private static readonly TargetUnits s_logarithms = new() { Scale = [1], Offset = [0], Logarithmic = [true] };

    public double Scale { get; init; } = 1;

    public double Offset { get; init; }

    /// <summary>What each value is counted from since the first difference; null for 0.</summary>
    public double[]? Base { get; init; }

    public bool Logarithmic { get; init; }

    /// <summary>The smallest lag of its differences; null when there are none.</summary>
    public int? Lag { get; init; }

    /// <summary>Value <paramref name="index"/> in the units that it was read in.</summary>
    public double Restored(int index)
    {
        double level = Level(index);
        return Logarithmic ? s_logarithms.Restore(level, 0, 0) : level;
    }

    public SeriesColumn Logarithm() => this with { Values = [.. Values.Select(value => s_logarithms.Reduce(value, 0, 0))], Logarithmic = true };

    public SeriesColumn Part(int first, int count) => this with { Values = Values[first..(first + count)], Base = Base?[first..(first + count)] };

    public SeriesColumn Difference(int lag) => new(Name, Differences.Of(Values, lag))
    {
        Scale = Scale,
        Logarithmic = Logarithmic,
        Lag = Math.Min(Lag ?? lag, lag),
        Base = [.. Enumerable.Range(0, Values.Length - lag).Select(i => Offset + (Base?[i + lag] ?? 0) + Scale * Values[i])],
    };

    /// <summary>The column with each value v as (v - offset) / scale.</summary>
    public SeriesColumn Scaled(double scale, double offset) => this with
    {
        Values = [.. Values.Select(value => (value - offset) / scale)],
        Scale = Scale * scale,
        Offset = Offset + Scale * offset,
    };

    private double Level(int index) => Scale * Values[index] + Offset + (Base?[index] ?? 0);
}
