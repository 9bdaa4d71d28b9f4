using MathNet.Numerics.Distributions;

namespace Research.Framework.Experiments;

/// <summary>One figure over several seeds. Seeds count as independent draws from one population.</summary>
public sealed record SeedStatistics
{
    private SeedStatistics()
    {
    }

    /// <summary>Number of values; at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Arithmetic mean.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard deviation of the sample (divisor n - 1); NaN for one value.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>The smallest value.</summary>
    public required double Minimum { get; init; }

    /// <summary>The largest value.</summary>
    public required double Maximum { get; init; }

    /// <summary>
    /// Half the width of the 95 % confidence interval of the mean: t(0.975, n - 1) · s / √n, Student's t. NaN for one
    /// value, which says nothing about its spread.
    /// </summary>
    public required double ConfidenceHalfWidth { get; init; }

    /// <summary>Lower end of the 95 % confidence interval of the mean; NaN for one value. Not clipped to a metric's range.</summary>
    public double ConfidenceLow => Mean - ConfidenceHalfWidth;

    /// <summary>Upper end of the 95 % confidence interval of the mean; NaN for one value. Not clipped to a metric's range.</summary>
    public double ConfidenceHigh => Mean + ConfidenceHalfWidth;

    /// <summary>The statistics of a sample. A value that is not a number makes every figure NaN.</summary>
    /// <param name="values">One value for each seed; at least one.</param>
    /// <exception cref="ResearchException">There is no value.</exception>
    public static SeedStatistics Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0) throw new ResearchException("Statistics over seeds: expected at least one value, got none.");

        int count = values.Count;
        double mean = Average(values, 0);
        mean += Average(values, mean); // takes back the first sum's rounding, so that equal values have their own value as mean
        double squares = 0, minimum = values[0], maximum = values[0];
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
        }

        double deviation = count == 1 ? double.NaN : Math.Sqrt(squares / (count - 1));
        return new SeedStatistics
        {
            Count = count,
            Mean = mean,
            StandardDeviation = deviation,
            Minimum = minimum,
            Maximum = maximum,
            ConfidenceHalfWidth = count == 1 ? double.NaN : StudentT.InvCDF(0, 1, count - 1, 0.975) * deviation / Math.Sqrt(count),
        };
    }

    private static double Average(IReadOnlyList<double> values, double origin)
    {
        double sum = 0;
        foreach (double value in values) sum += value - origin;
        return sum / values.Count;
    }
}
