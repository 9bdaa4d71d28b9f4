using System.Globalization;
using Research.Framework;
using Research.Framework.Data;

namespace Research.Datasets.Series;

/// <summary>
/// Cuts series into samples: some steps predict the next. Targets know the way back to the user's units, and the baselines <c>naive</c> (the
/// last value known) and, with <see cref="WindowOptions.Season"/>, <c>seasonal_naive</c> (the last value known of the same season).
/// </summary>
public static class Windows
{
    /// <summary>Windows over one series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="length">Steps of a window; at least 1.</param>
    /// <param name="horizon">How many steps after a window are forecast, as columns of the target; at least 1.</param>
    /// <param name="options">Columns, range and shape; null for all columns of all steps.</param>
    /// <returns>Inputs <c>[samples, length, features]</c>, targets <c>[samples, 1 or length, horizon times columns]</c>.</returns>
    /// <exception cref="ResearchException">An option is out of range, or the series is too short.</exception>
    public static Dataset Of(TimeSeries series, int length, int horizon = 1, WindowOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        return OfEach([series], length, horizon, options);
    }

    /// <summary>Windows over each of several series, one after the other; none reaches from one into the next.</summary>
    /// <param name="series">Series with the same columns; those too short for a window have none.</param>
    /// <param name="length">Steps of a window; at least 1.</param>
    /// <param name="horizon">How many steps after a window are forecast; at least 1.</param>
    /// <param name="options">As for one series.</param>
    /// <exception cref="ResearchException">As for one series; or all are too short.</exception>
    public static Dataset OfEach(IReadOnlyList<TimeSeries> series, int length, int horizon = 1, WindowOptions? options = null)
    {
        options ??= new();
        Check(series, length, horizon, options);
        List<Place> places = [];
        foreach (TimeSeries one in series)
        {
            int first = Math.Max(options.From ?? 0, length), until = Math.Min(options.Until ?? one.Length, one.Length);
            bool begins = true;
            for (int target = first; target + horizon <= until; target += options.Stride)
            {
                places.Add(new(one, target - length, length, begins || options.Stride != length));
                begins = false;
            }
        }

        if (places.Count == 0)
            throw new ResearchException($"Windows of {length} over '{series[0].Name}': expected at least {length + horizon} steps, {length} for the input and {horizon} for the target, between {options.From ?? 0} and {options.Until ?? series[0].Length}, got {series.Max(one => one.Length)}.");
        return new WindowFraming(series[0], length, horizon, options).Frame(Describe(series, length, horizon), places, contiguousRows: null);
    }

    /// <summary>
    /// Series of different lengths side by side, a row each: every series is read in order, a target at each step, and begins with a
    /// boundary. Where there are more series than rows, a row whose series has ended takes the next one; where there is none left, it is masked.
    /// </summary>
    /// <param name="series">Series with the same columns, of at least horizon + 1 steps.</param>
    /// <param name="rows">Rows side by side, which are the batch size; at least 1.</param>
    /// <param name="length">Steps that one batch takes of each row; at least 1. What a series lacks in its last is masked.</param>
    /// <param name="horizon">How many steps ahead are forecast; at least 1.</param>
    /// <param name="options">Columns alone.</param>
    /// <returns>Data for batches of <paramref name="rows"/> rows and <c>reset-at-boundaries</c>.</returns>
    /// <exception cref="ResearchException">An option is out of range, or a series is too short.</exception>
    public static Dataset InRows(IReadOnlyList<TimeSeries> series, int rows, int length = 1, int horizon = 1, WindowOptions? options = null)
    {
        WindowOptions columns = new() { Features = options?.Features ?? [], Targets = options?.Targets ?? [], Stride = length, TargetAtEveryStep = true };
        Check(series, length, horizon, columns);
        if (rows < 1) throw new ResearchException($"Series in rows: expected at least 1 row, got {rows}.");
        List<Place>[] queues = [.. Enumerable.Range(0, rows).Select(_ => new List<Place>())];
        foreach (TimeSeries one in series)
        {
            int steps = one.Length - horizon;
            if (steps < 1) throw new ResearchException($"Series in rows: expected at least {horizon + 1} steps, got {one.Length} in '{one.Name}'.");
            List<Place> shortest = queues.MinBy(queue => queue.Count)!;
            for (int start = 0; start < steps; start += length) shortest.Add(new(one, start, Math.Min(length, steps - start), start == 0));
        }

        int batches = queues.Max(queue => queue.Count);
        Place[] places = [.. from batch in Enumerable.Range(0, batches) from queue in queues select batch < queue.Count ? queue[batch] : new Place(series[0], 0, 0, true)];
        return new WindowFraming(series[0], length, horizon, columns).Frame($"{Describe(series, length, horizon)} in {rows} rows", places, rows);
    }

    private static void Check(IReadOnlyList<TimeSeries> series, int length, int horizon, WindowOptions options)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0) throw new ResearchException("Windows: expected at least one series, got none.");
        if (length < 1) throw new ResearchException($"Windows over '{series[0].Name}': expected a length of at least 1, got {length}.");
        if (horizon < 1) throw new ResearchException($"Windows over '{series[0].Name}': expected a horizon of at least 1, got {horizon}.");
        if (options.Stride < 1) throw new ResearchException($"Windows over '{series[0].Name}': expected a stride of at least 1, got {options.Stride}.");
        if (options.Season is < 1) throw new ResearchException($"Windows over '{series[0].Name}': expected a season of at least 1 step, got {options.Season}.");
        if (options is { StepsAreFeatures: true, TargetAtEveryStep: true }) throw new ResearchException($"Windows over '{series[0].Name}': where steps are features there is one time step, and a target at every step has no place; choose one of the two.");
        foreach (TimeSeries one in series)
        {
            foreach (string target in options.Targets.Count > 0 ? options.Targets : series[0].Columns)
            {
                if (one.Find(target).Lag is { } lag && horizon > lag)
                    throw new ResearchException($"Windows over '{one.Name}': '{target}' was differenced at a lag of {lag}, and its level is known {lag} steps ahead; expected a horizon of at most {lag}, got {horizon}. Forecast the steps after it by feeding forecasts back, and add them up with Differences.Inverse.");
            }
        }
    }

    private static string Describe(IReadOnlyList<TimeSeries> series, int length, int horizon) => string.Create(CultureInfo.InvariantCulture,
        $"windows of {length}{(horizon == 1 ? "" : $", {horizon} steps ahead,")} over {(series.Count == 1 ? series[0].Name : $"{series.Count} series, {series[0].Name} and others")}");

    /// <summary>Where a sample lies.</summary>
    /// <param name="Series">In which series.</param>
    /// <param name="Start">Its first step.</param>
    /// <param name="Count">How many steps are real.</param>
    /// <param name="Begins">Whether it begins a sequence.</param>
    internal readonly record struct Place(TimeSeries Series, int Start, int Count, bool Begins);
}
