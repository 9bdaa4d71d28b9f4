using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Experiments;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;

namespace Research.Snapshots;

/// <summary>The registered experiments, run. Each run is made once and shared by all tests.</summary>
internal static class ExperimentRuns
{
    private static readonly ServiceProvider Services =
        new ServiceCollection().AddResearch().AddResearchCells().AddAlphabetExperiments().AddWirings().BuildServiceProvider();

    private static readonly ConcurrentDictionary<(string Experiment, string Cell, int Seed), Lazy<ExperimentResult>> Results = new();

    private static readonly ExperimentCatalog Catalog = Services.GetRequiredService<ExperimentCatalog>();

    /// <summary>Names of the experiments that run where none is named, in order of registration.</summary>
    public static IReadOnlyList<string> Experiments { get; } = [.. ExperimentCatalog.Default(Catalog.Experiments(Catalog.Cell("lstm"))).Select(experiment => experiment.Name)];

    /// <summary>Names of the wirings, in order of registration.</summary>
    public static IReadOnlyList<string> Wirings { get; } = [.. Catalog.Experiments(Catalog.Cell("lstm")).Where(experiment => experiment.Group?.Name == "Wirings").Select(experiment => experiment.Name)];

    /// <summary>Names of the registered cells, in order of registration.</summary>
    public static IReadOnlyList<string> Cells { get; } = [.. Services.GetServices<CellRegistration>().Select(cell => cell.Name).Distinct()];

    /// <summary>The plan of an experiment.</summary>
    public static ExperimentPlan Plan(string experiment, string cell, int seed) => Found(experiment, cell).Plan(seed, []);

    /// <summary>An experiment as it is registered.</summary>
    public static CatalogExperiment Found(string experiment, string cell = "lstm") => ExperimentCatalog.Pick(Catalog.Experiments(Catalog.Cell(cell)), [experiment])[0];

    /// <summary>Runs an experiment with other settings, for several seeds, always anew.</summary>
    public static IReadOnlyList<ExperimentResult> With(string experiment, IEnumerable<int> seeds, IReadOnlyList<string> settings, string cell = "lstm") =>
        [.. seeds.AsParallel().AsOrdered().Select(seed => Catalog.Run(experiment, seed, cell, settings))];

    /// <summary>Runs a plan, always anew.</summary>
    public static ExperimentResult Run(string experiment, string cell, ExperimentPlan plan, int seed) =>
        Services.GetRequiredService<IExperimentRunner>().Run(new() { Experiment = experiment, Cell = cell, Engine = Catalog.Engine(null), Plan = plan, Seed = seed });

    /// <summary>The result of an experiment as it is registered.</summary>
    public static ExperimentResult Result(string experiment, string cell, int seed) =>
        Results.GetOrAdd(
            (experiment, cell, seed),
            static run => new Lazy<ExperimentResult>(() => Catalog.Run(run.Experiment, run.Seed, run.Cell))).Value;

    /// <summary>The results of several seeds, in their order.</summary>
    public static IReadOnlyList<ExperimentResult> Of(string experiment, string cell, IEnumerable<int> seeds) =>
        [.. seeds.AsParallel().AsOrdered().Select(seed => Result(experiment, cell, seed))];
}
