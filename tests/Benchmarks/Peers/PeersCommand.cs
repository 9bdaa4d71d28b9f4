#if TORCH
using System.Diagnostics;
using System.Globalization;
using Research.Benchmarks.Steps;
using Research.Bits;
using Research.Cells.Torch;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Spectre.Console;

namespace Research.Benchmarks.Peers;

/// <summary>
/// The verb <c>peers</c>: full training steps on the built-in engine, on torch equation by equation, and on torch's modules, in turns, so
/// that a busy machine slows all; a ratio is the median over the turns, above 1 where the built-in engine is faster.
/// </summary>
internal static class PeersCommand
{
    private const double TurnSeconds = 0.05, WarmUpSeconds = 0.5;
    private const int Turns = 9;

    public static void Run(Options options)
    {
        CellRegistration[] cells = [.. (options.List("cell") ?? ["lstm"]).Select(RegisteredCells.Named)];
        IReadOnlyList<StepCase> cases = StepCase.Named(options.List("case"));
        int threads = options.PositiveNumber("threads", 1);
        TorchOptions torch = new() { Device = options.Text("device") ?? "cpu", Threads = threads, AllowsTf32 = options.Text("tf32") == "true" };
        IEngine[] engines = [Engines.OfThreads(threads), new TorchEngine(torch with { UsesModules = false }), new TorchEngine(torch)];

        Table table = new Table().Border(TableBorder.Ascii);
        table.AddColumns("case", "cell");
        foreach (string title in new[] { "managed, us", $"torch equations ({torch.Device}), us", $"torch modules ({torch.Device}), us", "equations / managed", "modules / managed" })
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (CellRegistration cell in cells)
        {
            foreach (StepCase stepCase in cases)
            {
                double[][] times = Measure(stepCase, cell, engines);
                string[] row =
                [
                    stepCase.Name, cell.Name, .. times.Select(own => Time(Median(own) * 1e6)),
                    .. times.Skip(1).Select(own => Text($"{Median([.. own.Zip(times[0], (peer, managed) => peer / managed)]):F2}")),
                ];
                table.AddRow(row);
                Console.Error.WriteLine(string.Join("  ", row));
            }
        }

        AnsiConsole.Profile.Width = 160; // whatever the terminal or pipe
        AnsiConsole.Write(table);
    }

    // By engine and turn, seconds of a step.
    private static double[][] Measure(StepCase stepCase, CellRegistration cell, IReadOnlyList<IEngine> engines)
    {
        Dataset data = stepCase.Data();
        StepRun[] runs = [.. engines.Select(engine => new StepRun(stepCase, cell, data, engine, seed: 0))];
        int[] counts = [.. runs.Select(WarmUp)];
        double[][] times = [.. runs.Select(_ => new double[Turns])];
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int i = 0; i < runs.Length; i++)
            {
                // Small models come near an end of their training, where gradients turn denormal.
                if (stepCase.FreshEachRepeat) runs[i] = new StepRun(stepCase, cell, data, engines[i], seed: turn);
                if (stepCase.FreshEachRepeat) runs[i].Steps(Math.Min(counts[i], 20));
                times[i][turn] = Seconds(runs[i], counts[i]) / counts[i];
            }
        }

        return times;
    }

    private static int WarmUp(StepRun run)
    {
        int count = 1;
        for (double seconds = 0; seconds < WarmUpSeconds;)
        {
            double once = Seconds(run, count);
            seconds += once;
            if (once < TurnSeconds && seconds < WarmUpSeconds) count *= 2;
        }

        return count;
    }

    // A step ends when its losses have arrived here, also from another device.
    private static double Seconds(StepRun run, int count)
    {
        long began = Stopwatch.GetTimestamp();
        run.Steps(count);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static double Median(double[] times)
    {
        double[] sorted = [.. times.Order()];
        return sorted[sorted.Length / 2];
    }

    private static string Time(double microseconds) => microseconds < 100 ? Text($"{microseconds:F2}") : Text($"{microseconds:N0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
#endif
