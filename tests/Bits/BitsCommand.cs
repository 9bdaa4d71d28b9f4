using System.Globalization;
using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Numerics;

namespace Research.Bits;

/// <summary>
/// Trains many short jobs and prints a line for each, always the same text. What the text must not depend on (vectors, culture)
/// goes to the error stream.
/// </summary>
internal static class BitsCommand
{
    /// <summary>What it may be told to do in another way.</summary>
    public static string[] Known { get; } = ["threads", "training-threads", "order", "culture"];

    /// <summary>Trains and prints.</summary>
    /// <param name="jobs">What is trained.</param>
    /// <param name="options">Those in <see cref="Known"/>.</param>
    public static void Run(IReadOnlyList<IBitsJob> jobs, Options options)
    {
        int threads = options.PositiveNumber("threads", 1);
        IEngine engine = Engines.OfThreads(options.PositiveNumber("training-threads", 1));
        if (options.Text("culture") is { } culture) CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = Culture(culture);

        Queue<int> order = new(Order(options.Text("order") ?? "forward", jobs.Count));
        string[] fingerprints = new string[jobs.Count];
        Console.Error.WriteLine($"lanes={SimdWidth.Lanes} decimal={1.5} title={"i".ToUpper(CultureInfo.CurrentCulture)}");

        Exception? failure = null;
        void Work()
        {
            try
            {
                while (Next() is { } job) fingerprints[job] = jobs[job].Run(engine);
            }
            catch (ResearchException exception)
            {
                failure = exception;
            }
        }

        int? Next()
        {
            lock (order) return order.TryDequeue(out int job) ? job : null;
        }

        Thread[] workers = new Thread[threads];
        for (int i = 0; i < threads; i++) (workers[i] = new Thread(Work)).Start();
        foreach (Thread worker in workers) worker.Join();
        if (failure is not null) throw new ResearchException(failure.Message, failure);
        for (int i = 0; i < jobs.Count; i++) Console.Out.WriteLine($"{jobs[i].Title} {fingerprints[i]}");
    }

    private static IEnumerable<int> Order(string name, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        switch (name)
        {
            case "forward":
                break;
            case "backward":
                Array.Reverse(order);
                break;
            case "shuffled":
                Random random = new Seeds(count).Stream("order");
                for (int i = count - 1; i > 0; i--)
                {
                    int j = random.Next(i + 1);
                    (order[i], order[j]) = (order[j], order[i]);
                }

                break;
            default:
                throw new ResearchException($"Option --order: expected forward, backward or shuffled, got '{name}'.");
        }

        return order;
    }

    // Real cultures need the platform's culture data, which a project may do without; this one is always to be had.
    private static CultureInfo Culture(string name)
    {
        if (name != "decimal-comma") return CultureInfo.GetCultureInfo(name);
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "\u2212";
        return culture;
    }
}
