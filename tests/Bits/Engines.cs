using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Bits;

/// <summary>The engine under measurement.</summary>
internal static class Engines
{
    /// <summary>The built-in engine, each of whose trainings uses so many threads.</summary>
    /// <param name="threads">At least 1.</param>
    public static IEngine OfThreads(int threads) => new Threaded(threads);

    private sealed class Threaded(int threads) : IEngine
    {
        private readonly ManagedEngine _engine = new();

        public string Name => _engine.Name;

        public ICompiledModel Compile(ModelGraph graph, Objective objective, Seeds seeds, int unused, CancellationToken cancellation) => _engine.Compile(graph, objective, seeds, threads, cancellation);
    }
}
