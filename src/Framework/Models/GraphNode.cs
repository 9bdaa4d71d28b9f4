namespace Research.Framework.Models;

/// <summary>
/// One primitive of a <see cref="ModelGraph"/>: what it reads, and the shape of what it yields,
/// <c>[batch, time steps, width]</c>. Immutable. Engines walk nodes with an <see cref="IGraphVisitor{T}"/>.
/// </summary>
public abstract class GraphNode
{
    private protected GraphNode(string name, IReadOnlyList<GraphNode> inputs, StepCount steps, int width)
    {
        Name = name;
        Inputs = inputs;
        Steps = steps;
        Width = width;
    }

    /// <summary>Layer and place within it, e.g. <c>bidirectional_1/forward</c>: weights, states and random streams bear it. Nodes without any of these may share one.</summary>
    public string Name { get; }

    /// <summary>Position in <see cref="ModelGraph.Nodes"/>: what a node reads stands before it.</summary>
    public int Index { get; internal set; }

    /// <summary>What it reads.</summary>
    public IReadOnlyList<GraphNode> Inputs { get; }

    /// <summary>Time steps of what it yields.</summary>
    public StepCount Steps { get; }

    /// <summary>Features of what it yields, at each step.</summary>
    public int Width { get; }

    /// <summary>The primitive's name, e.g. <c>scan</c>.</summary>
    public abstract string Primitive { get; }

    /// <summary>Calls the visitor's method for this kind of node.</summary>
    /// <typeparam name="T">What the visitor makes of a node.</typeparam>
    /// <param name="visitor">The visitor.</param>
    public abstract T Accept<T>(IGraphVisitor<T> visitor);

    /// <summary>Whether something it reads depends on a weight of its own or further up.</summary>
    internal bool DependsOnWeights { get; set; }

    internal virtual bool HasWeights => false;

    /// <summary>The shape, e.g. <c>[batch, steps of 'input', 32]</c>.</summary>
    public string Shape => FormattableString.Invariant($"[batch, {Steps}, {Width}]");

    /// <summary>A line of the printed graph.</summary>
    public override string ToString() =>
        $"{Name}: {Primitive}{Details}{(Inputs.Count == 0 ? "" : " of " + string.Join(", ", Inputs.Select(input => FormattableString.Invariant($"%{input.Index}"))))} -> {Shape}";

    private protected virtual string Details => "";
}
