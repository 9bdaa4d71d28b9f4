using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Plain.Engine;

/// <summary>
/// A second engine: plain loops over the graph, written against the framework's public types alone. It shows all that an
/// engine must do, and what the built-in one is held against; it is slow.
/// </summary>
/// <remarks>All is computed in double. What is kept (weights, moments, state) is rounded to float, as tensors and states are.</remarks>
public sealed class PlainEngine : IEngine
{
    /// <inheritdoc/>
    public string Name => "plain";

    /// <inheritdoc/>
    public ICompiledModel Compile(ModelGraph graph, Objective objective, Seeds seeds, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(seeds);
        if (threads < 1) throw new ResearchException($"Threads: expected at least 1, got {threads}.");
        objective.RequireFit(graph);
        return new PlainModel(graph, objective, seeds, cancellation);
    }
}
