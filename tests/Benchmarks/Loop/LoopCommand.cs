using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Experiments;
using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Experiments;
using Spectre.Console;

namespace Research.Benchmarks.Loop;

/// <summary>The verb <c>loop</c>: what the training loop costs around the engine's step, for each alphabet experiment.</summary>
internal static class LoopCommand
{
    private const int Seed = 7;

    public static void Run(Options options)
    {
        int seeds = options.PositiveNumber("seeds", 20), workers = options.PositiveNumber("workers", 2);
        IEngine engine = Engines.OfThreads(1);
        Table table = new Table().Border(TableBorder.Ascii);
        table.AddColumn("experiment");
        foreach (string title in new[] { "steps", "engine, us", "loop, us", "difference", "ratio", "run, us", "bytes/step" }) table.AddColumn(new TableColumn(title).RightAligned());
        double job = 0;
        foreach (LoopMeasurement row in Experiments(options, engine))
        {
            row.Measure();
            job += row.StepsOfARun * row.EngineMicroseconds * seeds / 1e6;
            table.AddRow(
                row.Experiment,
                Text($"{row.StepsOfARun:N0}"),
                Text($"{row.EngineMicroseconds:F3}"),
                Text($"{row.LoopMicroseconds:F3}"),
                Text($"{row.Difference:F3}"),
                Text($"{row.LoopMicroseconds / row.EngineMicroseconds:F3}"),
                Text($"{row.RunMicroseconds:F3}"),
                Text($"{row.AllocatedBytes:0.##}"));
            Console.Error.WriteLine(Text($"{row.Experiment}: {row.Difference:F3} us over {row.EngineMicroseconds:F3}"));
        }

        AnsiConsole.Profile.Width = 120; // whatever the terminal or pipe
        AnsiConsole.Write(table);
        Console.WriteLine(Text($"{seeds} seeds of each are {job:F2} s of the engine's steps, {job / workers:F2} s on {workers} threads."));
    }

    private static IEnumerable<LoopMeasurement> Experiments(Options options, IEngine engine)
    {
        using ServiceProvider services = new ServiceCollection().AddResearch().AddResearchCells().AddAlphabetExperiments().BuildServiceProvider();
        ExperimentCatalog catalog = services.GetRequiredService<ExperimentCatalog>();
        string cell = options.Text("cell") ?? "lstm";
        IReadOnlyList<CatalogExperiment> experiments = catalog.Experiments(catalog.Cell(cell));
        IReadOnlyList<CatalogExperiment> picked = options.List("experiment") is { } names ? ExperimentCatalog.Pick(experiments, names) : experiments;
        foreach (CatalogExperiment experiment in picked) yield return new LoopMeasurement(experiment.Name, cell, experiment.Plan(Seed, []), engine, Seed);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
