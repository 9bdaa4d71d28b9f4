using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Research.Bits;
using Research.Cells;
using Research.Experiments;
using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Experiments;
using Spectre.Console;

namespace Research.Benchmarks.Loop;

/// <summary>The verb <c>loop</c>: what the training loop, or with <c>--job</c> the whole main job, costs around the engine's steps.</summary>
internal static class LoopCommand
{
    private const int Seed = 7;
    private const int MostSteps = 25_000;

    public static void Run(Options options)
    {
        if (options.Text("job") is not null) RunJob(options);
        else RunTable(options);
    }

    private static void RunTable(Options options)
    {
        int seeds = options.PositiveNumber("seeds", 20), workers = options.PositiveNumber("workers", 2);
        IEngine engine = Engines.OfThreads(1);
        Table table = new Table().Border(TableBorder.Ascii);
        table.AddColumn("experiment");
        foreach (string title in new[] { "steps", "engine, us", "loop, us", "difference", "ratio", "run, us", "bytes/step" }) table.AddColumn(new TableColumn(title).RightAligned());
        double job = 0;
        foreach (CatalogExperiment experiment in Experiments(options))
        {
            LoopMeasurement row = new(experiment.Name, experiment.Cell.Name, experiment.Plan(Seed, []), engine, Seed, MostSteps);
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
        if (options.List("experiment") is null) Console.WriteLine(GenerationMeasurement.Of(engine));
        Console.WriteLine(Text($"{seeds} seeds of each are {job:F2} s of the engine's steps, {job / workers:F2} s on {workers} threads."));
    }

    // The main job, longest runs first, and after each run the engine's own steps on the same thread: a busy machine slows both.
    private static void RunJob(Options options)
    {
        int seeds = options.PositiveNumber("job", 20), workers = options.PositiveNumber("workers", 2), next = -1;
        IEngine engine = Engines.OfThreads(1);
        CatalogExperiment[] experiments = [.. Experiments(options).OrderByDescending(experiment => Cost(experiment.Plan(Seed, [])))];
        double[] runs = new double[experiments.Length], alone = new double[experiments.Length], ofWorkers = new double[workers];
        double[] leastRun = new double[experiments.Length], leastAlone = new double[experiments.Length];
        Array.Fill(leastRun, double.PositiveInfinity);
        Array.Fill(leastAlone, double.PositiveInfinity);
        Task[] work = [.. Enumerable.Range(0, workers).Select(worker => Task.Factory.StartNew(() => Work(worker), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WaitAll(work);
        for (int i = 0; i < experiments.Length; i++) Console.WriteLine(Text($"{experiments[i].Name,-20} runs {runs[i],7:F3} s, the engine's steps {alone[i],7:F3} s, ratio {runs[i] / alone[i]:F3}; the quickest of each {leastRun[i] * 1e3:F1} and {leastAlone[i] * 1e3:F1} ms, ratio {leastRun[i] / leastAlone[i]:F3}"));
        Console.WriteLine(Text($"From the quickest of each, which a busy machine hides least: {leastRun.Sum() * seeds / workers:F2} s and {leastAlone.Sum() * seeds / workers:F2} s, ratio {leastRun.Sum() / leastAlone.Sum():F3}"));
        Console.WriteLine(Text($"The job's wall time, without what is measured beside it: {ofWorkers.Max():F2} s; the engine's steps on {workers} threads: {alone.Sum() / workers:F2} s; ratio {ofWorkers.Max() / alone.Sum() * workers:F3}"));

        void Work(int worker)
        {
            for (int run = Interlocked.Increment(ref next); run < experiments.Length * seeds; run = Interlocked.Increment(ref next))
            {
                int index = run / seeds, seed = 1 + run % seeds;
                LoopMeasurement measured = new(experiments[index].Name, experiments[index].Cell.Name, experiments[index].Plan(seed, []), engine, seed, int.MaxValue);
                measured.MeasureOnce();
                double seconds = measured.StepsOfARun * measured.RunMicroseconds / 1e6, engineSeconds = measured.StepsOfARun * measured.EngineMicroseconds / 1e6;
                lock (experiments)
                {
                    runs[index] += seconds;
                    ofWorkers[worker] += seconds;
                    alone[index] += engineSeconds;
                    leastRun[index] = Math.Min(leastRun[index], seconds);
                    leastAlone[index] = Math.Min(leastAlone[index], engineSeconds);
                }
            }
        }
    }

    private static double Cost(ExperimentPlan plan) => (double)plan.Training.Epochs * plan.Data.Samples * plan.Data.Input.TimeSteps;

    private static IReadOnlyList<CatalogExperiment> Experiments(Options options)
    {
        ServiceProvider services = new ServiceCollection().AddResearch().AddResearchCells().AddAlphabetExperiments().BuildServiceProvider();
        ExperimentCatalog catalog = services.GetRequiredService<ExperimentCatalog>();
        IReadOnlyList<CatalogExperiment> experiments = catalog.Experiments(catalog.Cell(options.Text("cell") ?? "lstm"));
        return options.List("experiment") is { } names ? ExperimentCatalog.Pick(experiments, names) : experiments;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
