using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Reference;

/// <summary>An engine under another name.</summary>
internal sealed class Renamed(IEngine engine, string name) : IEngine
{
    public string Name => name;

    public IReadOnlyList<Finding> Findings(ModelGraph graph, Objective objective) => engine.Findings(graph, objective);

    public ICompiledModel Compile(ModelGraph graph, Objective objective, Seeds seeds, int threads = 1, CancellationToken cancellation = default) =>
        engine.Compile(graph, objective, seeds, threads, cancellation);
}
