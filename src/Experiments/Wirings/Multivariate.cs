using Research.Datasets.Series;
using Research.Datasets.Tables;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>Several columns in, one of them forecast: any CSV with a header, or a small made-up series.</summary>
/// <remarks>
/// What it teaches: columns are features of the same time step, each scaled by the training part alone; what one column does may lie in
/// another's past. Without a file the level follows two drivers: level[t] = 50 + 0.6 (level[t-1] - 50) + 2 sun[t-1] - 1.5 wind[t-2] + noise, 400 steps, where
/// sun[t] = 0.8 sun[t-1] + noise and wind is noise, all about normal with a deviation of 1 (0.1 for the level). No forecast can be
/// better than 0.1.
/// </remarks>
/// <param name="cells">The cell under study.</param>
public sealed class Multivariate(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "multivariate";

    /// <inheritdoc/>
    public string Summary => "Several columns in, one forecast: any CSV by --set file=... --set target=...";

    /// <inheritdoc/>
    public string Description =>
        "Columns are features of the same time step, each scaled by the training part alone; what one column does may lie in another's past. " +
        "Without a file a level follows two drivers, one a step and one two steps before, with noise of 0.1: no forecast can err less than that.";

    /// <summary>A CSV file with a header; none for the made-up series.</summary>
    public string? File { get; set; }

    /// <summary>The column that is forecast; none for the last one.</summary>
    public string? Target { get; set; }

    /// <summary>The file's column of times, which is not a feature; none for none.</summary>
    public string? Time { get; set; }

    /// <summary>The file's column that tells its series apart; none for one series.</summary>
    public string? Key { get; set; }

    /// <summary>What separates the file's columns, <c>tab</c> for a tab; none for a comma.</summary>
    public string? Separator { get; set; }

    /// <summary>Time steps of a window.</summary>
    public int Window { get; set; } = 8;

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        IReadOnlyList<TimeSeries> all = File is null ? [MadeUp(seeds.Stream("series"))] : CsvFile.Read(File, Options());
        string target = Target ?? all[0].Columns[^1];
        _ = all[0].Column(target);

        // In time: seven tenths of each series are learnt, a tenth and a half chooses the epoch, the rest is tested.
        TimeSeries[] learnt = [.. all.Select(series => series.SplitAtShare(0.7).Before)];
        Scaler scaler = Scaler.Fit(ScalerKind.Standard, learnt);
        WindowOptions options = new() { Targets = [target] };
        return new()
        {
            Data = Windows.OfEach([.. learnt.Select(scaler.Apply)], Window, options: options),
            ValidationData = Windows.OfEach([.. all.Select(series => scaler.Apply(Between(series, 0.7, 0.85)))], Window, options: options),
            TestData = Windows.OfEach([.. all.Select(series => scaler.Apply(Between(series, 0.85, 1)))], Window, options: options),
            Model = Model.Of(Recurrent(cells, 16), Dense(1)),
            Training = new()
            {
                Epochs = 60,
                BatchSize = 16,
                Loss = Loss.MeanSquaredError,
                Optimizer = new Adam { LearningRate = 0.01 },
                EarlyStopping = new() { Metric = RootMeanSquaredError.Name, Patience = 15, RestoreBest = true },
            },
            Metrics = [RootMeanSquaredError, RootMeanSquaredError.OfBaseline("naive"), R2.ForColumn(target)],
        };
    }

    private CsvOptions Options()
    {
        string separator = Separator switch { null => ",", "tab" => "\t", _ => Separator };
        return separator.Length == 1
            ? new() { Separator = separator[0], Key = Key, Time = Time }
            : throw new ResearchException($"{Name}: expected a separator of one symbol, or 'tab', got '{Separator}'.");
    }

    // The windows of a later part look back into the earlier one.
    private TimeSeries Between(TimeSeries series, double from, double until)
    {
        int first = Math.Max(0, (int)(from * series.Length) - Window);
        return series.Part(first, (int)(until * series.Length) - first);
    }

    private static TimeSeries MadeUp(Random random)
    {
        const int Steps = 400;
        double[] sun = new double[Steps], wind = new double[Steps], level = new double[Steps];
        level[0] = level[1] = 50;
        for (int t = 0; t < Steps; t++)
        {
            sun[t] = (t > 0 ? 0.8 * sun[t - 1] : 0) + Normal(random);
            wind[t] = Normal(random);
            if (t > 1) level[t] = 50 + 0.6 * (level[t - 1] - 50) + 2 * sun[t - 1] - 1.5 * wind[t - 2] + 0.1 * Normal(random);
        }

        return new TimeSeries("a level of two drivers", ["sun", "wind", "level"], [sun, wind, level]);
    }

    // Twelve uniform numbers less six: near enough, and the same bits on every machine.
    private static double Normal(Random random) => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
}
