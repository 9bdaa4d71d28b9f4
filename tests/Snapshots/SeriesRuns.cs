using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Experiments.Wirings;
using Research.Framework.Experiments;

namespace Research.Snapshots;

/// <summary>The wirings over series, run.</summary>
internal static class SeriesRuns
{
    private static readonly ExperimentCatalog s_catalog =
        new ServiceCollection().AddResearch().AddResearchCells().AddSeriesWirings().BuildServiceProvider().GetRequiredService<ExperimentCatalog>();

    /// <summary>Names of the wirings, in order of registration.</summary>
    public static IReadOnlyList<string> Experiments { get; } = [.. s_catalog.Experiments(s_catalog.Cell("lstm")).Select(experiment => experiment.Name)];

    /// <summary>One seed of one wiring.</summary>
    public static ExperimentResult Run(string experiment, int seed, params string[] settings) => s_catalog.Run(experiment, seed, "lstm", settings: settings);

    /// <summary>The plan of a wiring.</summary>
    public static ExperimentPlan Plan(string experiment, int seed) =>
        ExperimentCatalog.Pick(s_catalog.Experiments(s_catalog.Cell("lstm")), [experiment])[0].Plan(seed, []);

    /// <summary>The mean of a metric over seeds.</summary>
    public static double Mean(string experiment, string metric, int seeds, params string[] settings) =>
        Enumerable.Range(1, seeds).AsParallel().AsOrdered().Select(seed => Run(experiment, seed, settings).Metric(metric)).ToArray().Average();
}
