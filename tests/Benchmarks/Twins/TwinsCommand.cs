using System.Diagnostics;
using System.Globalization;
using Research.Benchmarks.Steps;
using Research.Bits;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Spectre.Console;

namespace Research.Benchmarks.Twins;

/// <summary>
/// The verb <c>twins</c>: what it costs to write a cell as equations only. Each cell and its twin with hand-written kernels
/// take turns, so that a busy machine slows both; the ratio is the median over the turns.
/// </summary>
internal static class TwinsCommand
{
    private const double TurnSeconds = 0.03;
    private const double WarmUpSeconds = 0.3;
    private const int StepsToCompare = 20;
    private const float Tolerance = 1e-4f;

    private static readonly Twin[] Twins =
    [
        new("lstm", RegisteredCells.Named("lstm"), RegisteredCells.Named("hand-rolled-lstm")),
        new("gru", RegisteredCells.Named("gru"), RegisteredCells.Named("hand-rolled-gru")),
        new("nas", new CellRegistration("nas", units => new NasCell(units)), new CellRegistration("nas", units => new HandWrittenNasCell(units))),
    ];

    public static void Run(Options options)
    {
        Twin[] twins = [.. (options.List("cell") ?? [.. Twins.Select(twin => twin.Name)]).Select(Named)];
        IReadOnlyList<StepCase> cases = StepCase.Named(options.List("case"));
        IEngine engine = Engines.OfThreads(options.PositiveNumber("threads", 1));

        Table table = new Table().Border(TableBorder.Ascii);
        table.AddColumns("case", "cell");
        foreach (string title in new[] { "equations, us", "hand-written, us", "ratio", "quarter to quarter" }) table.AddColumn(new TableColumn(title).RightAligned());
        foreach (Twin twin in twins)
        {
            foreach (StepCase stepCase in cases)
            {
                (double equations, double kernel, double[] ratios) = Measure(stepCase, twin, engine);
                double ratio = ratios[ratios.Length / 2];
                table.AddRow(stepCase.Name, twin.Name, Time(equations), Time(kernel), Text($"{ratio:F3}"), Text($"{ratios[ratios.Length / 4]:F3} - {ratios[3 * ratios.Length / 4]:F3}"));
                Console.Error.WriteLine(Text($"{twin.Name} {stepCase.Name}: {ratio:F3}"));
            }
        }

        AnsiConsole.Profile.Width = 120; // whatever the terminal or pipe
        AnsiConsole.Write(table);
    }

    private static (double Equations, double Kernel, double[] Ratios) Measure(StepCase stepCase, Twin twin, IEngine engine)
    {
        Dataset data = stepCase.Data();
        StepRun equations = new(stepCase, twin.Equations, data, engine, seed: 0), kernel = new(stepCase, twin.Kernel, data, engine, seed: 0);
        RequireEqual(stepCase, twin, equations, kernel);
        int count = 1;
        for (double seconds = 0; seconds < WarmUpSeconds;)
        {
            double once = Seconds(equations, count) + Seconds(kernel, count);
            seconds += once;
            if (once < TurnSeconds) count *= 2;
        }

        int turns = stepCase.FreshEachRepeat ? 41 : stepCase.Layers > 1 ? 7 : 21;
        double[] ratios = new double[turns], times = new double[turns], kernelTimes = new double[turns];
        for (int turn = 0; turn < turns; turn++)
        {
            if (stepCase.FreshEachRepeat)
            {
                equations = new(stepCase, twin.Equations, data, engine, seed: turn);
                kernel = new(stepCase, twin.Kernel, data, engine, seed: turn);
                Seconds(equations, 100);
                Seconds(kernel, 100);
            }

            times[turn] = Seconds(equations, count) / count;
            kernelTimes[turn] = Seconds(kernel, count) / count;
            ratios[turn] = times[turn] / kernelTimes[turn];
        }

        Array.Sort(ratios);
        Array.Sort(times);
        Array.Sort(kernelTimes);
        return (times[turns / 2], kernelTimes[turns / 2], ratios);
    }

    // A twin that computes something else proves nothing.
    private static void RequireEqual(StepCase stepCase, Twin twin, StepRun equations, StepRun kernel)
    {
        int steps = stepCase.FreshEachRepeat ? StepsToCompare : 1;
        equations.Steps(steps);
        kernel.Steps(steps);
        float[] left = equations.Weights(), right = kernel.Weights();
        for (int i = 0; i < left.Length; i++)
        {
            if (!(MathF.Abs(left[i] - right[i]) <= Tolerance))
                throw new ResearchException($"Cell '{twin.Name}' and its twin differ after {steps} step(s) of case {stepCase.Name}: weight {i} is {left[i]} and {right[i]}.");
        }
    }

    private static double Seconds(StepRun run, int count)
    {
        long began = Stopwatch.GetTimestamp();
        run.Steps(count);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static Twin Named(string name) =>
        Twins.FirstOrDefault(twin => twin.Name == name)
        ?? throw new ResearchException($"There are no twins '{name}'; there are {string.Join(", ", Twins.Select(twin => twin.Name))}.");

    private static string Time(double seconds) =>
        seconds < 1e-4 ? Text($"{seconds * 1e6:F2}") : Text($"{seconds * 1e6:N0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Twin(string Name, CellRegistration Equations, CellRegistration Kernel);
}
