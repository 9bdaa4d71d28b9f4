using Research.Framework.Numerics;

namespace Research.Framework.Metrics;

/// <summary>What a prediction costs, in double: the losses and the metrics named after them are means of these.</summary>
internal static class RowError
{
    // Keras' bounds of a probability.
    private const double Smallest = 1e-7, Largest = 1 - 1e-7;

    public static double Squared(double predicted, double target) => (predicted - target) * (predicted - target);

    public static double Absolute(double predicted, double target) => Math.Abs(predicted - target);

    public static double Binary(double predicted, double target)
    {
        if (!double.IsFinite(predicted)) return double.NaN; // a bound is a number
        double p = Math.Clamp(predicted, Smallest, Largest);
        return -(target * DoubleMath.Log(p) + (1 - target) * DoubleMath.Log(1 - p));
    }

    /// <summary>-ln q of the target class, with q the row's predictions divided by their sum and clipped; NaN where they are no probabilities.</summary>
    public static double CrossEntropy(ReadOnlySpan<float> predicted, int targetClass) =>
        Total(predicted) is { } total ? Surprise(predicted[targetClass], total) : double.NaN;

    /// <summary>-Σ y ln q over the target's distribution, with q as in <see cref="CrossEntropy(ReadOnlySpan{float}, int)"/>.</summary>
    public static double CrossEntropy(ReadOnlySpan<float> predicted, ReadOnlySpan<float> target)
    {
        if (Total(predicted) is not { } total) return double.NaN;
        double sum = 0;
        for (int i = 0; i < target.Length; i++)
        {
            if (target[i] != 0) sum += target[i] * Surprise(predicted[i], total);
        }

        return sum;
    }

    /// <summary>What a row's predictions are divided by to add up to 1; null where one is below 0 or all are 0, NaN where one is not finite.</summary>
    public static double? Total(ReadOnlySpan<float> predicted)
    {
        double total = 0;
        bool negative = false;
        foreach (float value in predicted)
        {
            total += value;
            negative |= value < 0;
        }

        // Of infinity the others' share would be 0, which is clipped to a number.
        return negative || total == 0 ? null : double.IsPositiveInfinity(total) ? double.NaN : total;
    }

    private static double Surprise(double predicted, double total)
    {
        double q = predicted / total;
        return double.IsNaN(q) ? q : -DoubleMath.Log(Math.Clamp(q, Smallest, Largest));
    }
}
