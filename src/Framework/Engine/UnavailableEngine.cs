using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Framework.Engine;

/// <summary>Stands in for an engine that is known but not here, so that whoever asks for it learns what to do.</summary>
public sealed class UnavailableEngine : IEngine
{
    /// <summary>A stand-in.</summary>
    /// <param name="name">The engine's name, e.g. <c>torch</c>.</param>
    /// <param name="reason">Why it is not here and what to do, e.g. <c>this build leaves it out; add -p:Torch=cpu</c>.</param>
    public UnavailableEngine(string name, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Name = name;
        Reason = reason;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Why it is not here and what to do.</summary>
    public string Reason { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Findings(ModelGraph graph, Objective objective) => [new(Severity.Error, "engine", Message)];

    /// <inheritdoc/>
    public ICompiledModel Compile(ModelGraph graph, Objective objective, Seeds seeds, int threads = 1, CancellationToken cancellation = default) =>
        throw new ResearchException(Message + ".");

    private string Message => $"engine '{Name}': {Reason}";
}
