using Research.Framework;

namespace Research.Datasets.Series;

/// <summary>What a series changes by, and the way back.</summary>
public static class Differences
{
    /// <summary>Each value less the one <paramref name="lag"/> steps before it, <c>[length - lag]</c>.</summary>
    /// <param name="values">More values than the lag.</param>
    /// <param name="lag">At least 1; e.g. 12 for months against the same month a year before.</param>
    /// <exception cref="ResearchException">The lag is out of range.</exception>
    public static double[] Of(IReadOnlyList<double> values, int lag = 1)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (lag < 1 || lag >= values.Count) throw new ResearchException($"Differences: expected a lag from 1 to {values.Count - 1}, as there are {values.Count} values, got {lag}.");
        return [.. Enumerable.Range(lag, values.Count - lag).Select(i => values[i] - values[i - lag])];
    }

    /// <summary>The values again: each difference added to the value <paramref name="lag"/> steps before it.</summary>
    /// <param name="differences">The differences, e.g. a forecast of them.</param>
    /// <param name="before">The values before the first of them, at least as many as the lag; the last count.</param>
    /// <param name="lag">At least 1.</param>
    /// <returns>As many values as there are differences.</returns>
    /// <exception cref="ResearchException">The lag is out of range.</exception>
    public static double[] Inverse(IReadOnlyList<double> differences, IReadOnlyList<double> before, int lag = 1)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentNullException.ThrowIfNull(before);
        if (lag < 1 || lag > before.Count) throw new ResearchException($"Differences: expected a lag from 1 to {before.Count}, as {before.Count} values come before, got {lag}.");
        List<double> values = [.. before];
        foreach (double difference in differences) values.Add(values[^lag] + difference);
        return [.. values.Skip(before.Count)];
    }
}
