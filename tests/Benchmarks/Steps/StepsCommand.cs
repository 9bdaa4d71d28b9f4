using System.Globalization;
using System.Text.Json;
using Research.Bits;
using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Spectre.Console;

namespace Research.Benchmarks.Steps;

/// <summary>The verb <c>steps</c>: a table of full training steps (forward, loss, backward, Adam).</summary>
internal static class StepsCommand
{
    private static readonly JsonSerializerOptions JsonOptions = new() { WriteIndented = true };

    public static void Run(Options options)
    {
        CellRegistration[] cells = [.. (options.List("cell") ?? ["lstm"]).Select(RegisteredCells.Named)];
        IReadOnlyList<StepCase> cases = StepCase.Named(options.List("case"));
        int threads = options.PositiveNumber("threads", 1);
        IEngine engine = Engines.OfThreads(threads);

        double peak = Peak.Measure(threads);
        Console.WriteLine(Text($"{SimdWidth.Lanes} lanes, {threads} thread(s), measured float32 peak {peak:F0} GFLOP/s"));
        List<StepMeasurement> measurements = [];
        foreach (CellRegistration cell in cells)
        {
            foreach (StepCase stepCase in cases)
            {
                StepMeasurement measured = StepMeasurement.Of(stepCase, cell, engine, threads, peak);
                measurements.Add(measured);
                Console.Error.WriteLine(Text($"{cell.Name} {stepCase.Name}: {measured.Microseconds:N2} us"));
            }
        }

        AnsiConsole.Profile.Width = 120; // whatever the terminal or pipe
        AnsiConsole.Write(Table(measurements));
        if (options.Text("json") is { } path) WriteJson(path, measurements);
    }

    private static Table Table(IReadOnlyList<StepMeasurement> measurements)
    {
        Table table = new Table().Border(TableBorder.Ascii);
        table.AddColumns("case", "cell");
        foreach (string title in new[] { "us", "least us", "GFLOP/s", "of peak", "bytes/step", "must", "aim" })
            table.AddColumn(new TableColumn(title).RightAligned());
        table.AddColumn("");
        foreach (StepMeasurement row in measurements)
        {
            StepGoals? goals = StepGoals.Of(row.Case, row.Cell, row.Threads);
            table.AddRow(
                row.Case,
                row.Cell,
                Time(row.Microseconds),
                Time(row.LeastMicroseconds),
                Text($"{row.Gflops:F1}"),
                Text($"{row.PeakFraction:P0}"),
                Text($"{row.AllocatedBytes:0.##}"),
                goals is null ? "" : Time(goals.Must),
                goals is null ? "" : Time(goals.Aim),
                goals is null ? "" : row.Microseconds <= goals.Aim ? "aim" : row.Microseconds <= goals.Must ? "must" : Text($"{row.Microseconds / goals.Must:F2}x must"));
        }

        return table;
    }

    private static string Time(double microseconds) =>
        microseconds < 100 ? Text($"{microseconds:F2}") : Text($"{microseconds:N0}");

    private static void WriteJson(string path, IReadOnlyList<StepMeasurement> measurements)
    {
        object rows = measurements.Select(row => new
        {
            @case = row.Case,
            cell = row.Cell,
            threads = row.Threads,
            microseconds = row.Microseconds,
            gflops = row.Gflops,
            peak_fraction = row.PeakFraction,
            allocated_bytes = row.AllocatedBytes,
        });
        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(rows, JsonOptions) + "\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ResearchException($"Cannot write '{path}': {exception.Message}", exception);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
