using System.Globalization;
using Research.Framework.Hosting.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>Shows a sweep while it runs: redrawn on a terminal, otherwise one line for each experiment.</summary>
internal sealed class SweepDisplay(HostConsole console, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    public async Task RunAsync(Sweep sweep, bool quiet, CancellationToken cancellation)
    {
        if (quiet)
        {
            await sweep.RunAsync(cancellation).ConfigureAwait(false);
        }
        else if (console.Live is { } live)
        {
            await RunLiveAsync(live, sweep, cancellation).ConfigureAwait(false);
        }
        else
        {
            int finished = 0;
            Lock writing = new();
            sweep.ExperimentEnded = outcome =>
            {
                string failed = outcome.Failures.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {outcome.Failures.Count} failed");
                lock (writing)
                {
                    console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{OneLine.Of(outcome.Name)}: {Count(outcome.Finished.Count, "seed")} done{failed} ({++finished} of {Count(sweep.Outcomes.Count, "experiment")})"));
                }
            };
            await sweep.RunAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private async Task RunLiveAsync(IAnsiConsole live, Sweep sweep, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        Task work = sweep.RunAsync(cancellation);
        await live.Live(Render(sweep, TimeSpan.Zero, cancellation)).AutoClear(true).StartAsync(async context =>
        {
            while (!work.IsCompleted)
            {
                context.UpdateTarget(Render(sweep, time.GetElapsedTime(start), cancellation));
                await Task.WhenAny(work, Task.Delay(Interval, time, CancellationToken.None)).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        await work.ConfigureAwait(false);
    }

    internal static IRenderable Render(Sweep sweep, TimeSpan elapsed, CancellationToken cancellation)
    {
        Table table = new Table().Border(TableBorder.None)
            .AddColumn(Column("experiment"))
            .AddColumn(Column("done").RightAligned())
            .AddColumn(Column("seed").RightAligned())
            .AddColumn(Column("epoch").RightAligned())
            .AddColumn(Column("loss").RightAligned());
        IReadOnlyList<RunProgress> active = sweep.Active;
        for (int i = 0; i < sweep.Outcomes.Count; i++)
        {
            ExperimentOutcome outcome = sweep.Outcomes[i];
            RunProgress? run = active.Where(candidate => candidate.Experiment == i).MinBy(candidate => candidate.Seed);
            Style style = run is not null ? Style.Plain : new Style(decoration: Decoration.Dim);
            string[] cells =
            [
                OneLine.Of(outcome.Name),
                string.Create(CultureInfo.InvariantCulture, $"{outcome.Ended}/{outcome.Seeds}"),
                run?.Seed.ToString(CultureInfo.InvariantCulture) ?? "",
                run is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{run.Epoch}/{outcome.Plan?.Training.Epochs}"),
                run is null || double.IsNaN(run.Loss) ? "" : run.Loss.ToString("0.0000", CultureInfo.InvariantCulture),
            ];
            table.AddRow(cells.Select(cell => new Text(cell, style)));
        }

        double done = sweep.Done;
        string left = cancellation.IsCancellationRequested ? "stopping; Ctrl-C again to quit at once"
            : done < 0.01 ? "time left unknown yet"
            : $"{Clock(elapsed * ((1 - done) / done))} left";
        return new Rows(table, new Text(string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(done * 100)} % in {Clock(elapsed)}, {left}")));
    }

    private static TableColumn Column(string header) => new TableColumn(header).NoWrap().PadLeft(0).PadRight(2);

    private static string Clock(TimeSpan span) => span.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span:mm\\:ss}")
        : span.ToString("m\\:ss", CultureInfo.InvariantCulture);
}
