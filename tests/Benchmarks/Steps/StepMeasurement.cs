using System.Diagnostics;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;

namespace Research.Benchmarks.Steps;

/// <summary>The times of one case with one cell.</summary>
internal sealed record StepMeasurement
{
    private const int Repeats = 9;
    private const int RepeatsOfLongSteps = 7;
    private const double RepeatSeconds = 0.06;
    private const double WarmUpSeconds = 0.5;

    public required string Case { get; init; }

    public required string Cell { get; init; }

    public required int Threads { get; init; }

    /// <summary>Median over the repeats, of a step.</summary>
    public required double Microseconds { get; init; }

    /// <summary>The quickest repeat, of a step: what a busy machine hides.</summary>
    public required double LeastMicroseconds { get; init; }

    public required double Gflops { get; init; }

    public required double PeakFraction { get; init; }

    /// <summary>Of a step, on the thread that trains.</summary>
    public required double AllocatedBytes { get; init; }

    public static StepMeasurement Of(StepCase stepCase, CellRegistration cell, IEngine engine, int threads, double peak)
    {
        Dataset data = stepCase.Data();
        StepRun run = new(stepCase, cell, data, engine, seed: 0);

        // Until the just-in-time compiler has put its best code in place, which it does in the background.
        long began = Stopwatch.GetTimestamp();
        run.Steps(2);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        for (int chunk = 1; seconds < WarmUpSeconds; chunk = Math.Min(2 * chunk, 1000))
        {
            run.Steps(chunk);
            seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        began = Stopwatch.GetTimestamp();
        run.Steps(1);
        double once = Stopwatch.GetElapsedTime(began).TotalSeconds;
        int count = (int)Math.Clamp(RepeatSeconds / Math.Max(once, 1e-7), 1, 50_000);
        double[] times = new double[once > RepeatSeconds ? RepeatsOfLongSteps : Repeats];
        long allocated = 0;
        for (int repeat = 0; repeat < times.Length; repeat++)
        {
            if (stepCase.FreshEachRepeat)
            {
                run = new StepRun(stepCase, cell, data, engine, seed: repeat);
                run.Steps(Math.Min(count, 100));
            }

            long bytes = GC.GetAllocatedBytesForCurrentThread();
            began = Stopwatch.GetTimestamp();
            run.Steps(count);
            times[repeat] = Stopwatch.GetElapsedTime(began).TotalSeconds / count;
            allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
        }

        Array.Sort(times);
        double median = times[times.Length / 2];
        double gflops = run.Flop / median / 1e9;
        return new StepMeasurement
        {
            Case = stepCase.Name,
            Cell = cell.Name,
            Threads = threads,
            Microseconds = median * 1e6,
            LeastMicroseconds = times[0] * 1e6,
            Gflops = gflops,
            PeakFraction = gflops / peak,
            AllocatedBytes = (double)allocated / (times.Length * (long)count),
        };
    }
}
