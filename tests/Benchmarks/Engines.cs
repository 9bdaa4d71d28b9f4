using Research.Framework;
using Research.Framework.Engine;

namespace Research.Benchmarks;

/// <summary>The engine under measurement.</summary>
internal static class Engines
{
    public static IEngine OfThreads(int threads) => threads == 1
        ? new ManagedEngine()
        : throw new ResearchException($"The engine trains a model on one thread; {threads} were asked for.");
}
