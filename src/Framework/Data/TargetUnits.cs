namespace Research.Framework.Data;

/// <summary>
/// How real-valued targets go back to the user's units: a value v of a column stands for <c>scale · v + offset + base</c>, or for e to the
/// power of that where the column holds logarithms. Metrics and shown predictions are in these units; losses stay in the model's.
/// </summary>
public sealed class TargetUnits
{
    /// <summary>What a value is multiplied by, <c>[width]</c>; finite, not 0.</summary>
    public required IReadOnlyList<double> Scale { get; init => field = Required.Value(value); }

    /// <summary>What is added then, <c>[width]</c>; finite.</summary>
    public required IReadOnlyList<double> Offset { get; init => field = Required.Value(value); }

    /// <summary>What each value is counted from, <c>[samples, time steps, width]</c>, e.g. the level before a difference; finite.</summary>
    /// <value>Default null: 0.</value>
    public IReadOnlyList<double>? Base { get; init; }

    /// <summary>Which columns hold natural logarithms, <c>[width]</c>.</summary>
    /// <value>Default null: none.</value>
    public IReadOnlyList<bool>? Logarithmic { get; init; }

    /// <summary>A value in the user's units.</summary>
    /// <param name="value">What the model yields, or the target.</param>
    /// <param name="row">Sample times time steps plus step.</param>
    /// <param name="column">From 0 to width - 1.</param>
    public double Restore(double value, int row, int column)
    {
        double restored = Scale[column] * value + Offset[column] + (Base?[row * Scale.Count + column] ?? 0);
        return Logarithmic?[column] == true ? Numerics.DoubleMath.Exp(restored) : restored;
    }

    /// <summary>The way back of <see cref="Restore"/>.</summary>
    /// <param name="value">A value in the user's units; above 0 where the column holds logarithms.</param>
    /// <param name="row">Sample times time steps plus step.</param>
    /// <param name="column">From 0 to width - 1.</param>
    public double Reduce(double value, int row, int column)
    {
        double level = Logarithmic?[column] == true ? Numerics.DoubleMath.Log(value) : value;
        return (level - (Base?[row * Scale.Count + column] ?? 0) - Offset[column]) / Scale[column];
    }

    /// <summary>What does not agree with a target of so many rows.</summary>
    internal IEnumerable<string> Findings(long rows, int width)
    {
        if (Scale.Count != width || Offset.Count != width || (Logarithmic is not null && Logarithmic.Count != width))
        {
            yield return $"target units: expected a scale, an offset and a flag for each of {width} columns, got {Scale.Count}, {Offset.Count} and {Logarithmic?.Count ?? width}";
            yield break;
        }

        if (Scale.Any(scale => scale == 0 || !double.IsFinite(scale)) || !Offset.All(double.IsFinite)) yield return "target units: expected finite scales that are not 0, and finite offsets";
        if (Base is not { } levels) yield break;
        if (levels.Count != rows * width) yield return $"target units: expected {rows * width} values to count from, got {levels.Count}";
        else if (!levels.All(double.IsFinite)) yield return "target units: expected finite values to count from";
    }
}
