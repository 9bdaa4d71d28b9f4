namespace Research.Framework.Models;

/// <summary>
/// What flows between the parts of a model while it is described: <c>[batch, time steps, features]</c>, and which steps
/// count. Given by a <see cref="ModelScope"/>, and handed on to it.
/// </summary>
public sealed class Flow
{
    internal Flow(GraphBuilder owner, GraphNode node)
    {
        Owner = owner;
        Node = node;
    }

    internal GraphBuilder Owner { get; }

    internal GraphNode Node { get; }

    /// <summary>Why nothing may read it but the model's output; null where anything may.</summary>
    internal string? ClosedBecause { get; init; }

    /// <summary>Features at each step.</summary>
    public int Features => Node.Width;

    /// <summary>Time steps.</summary>
    public StepCount Steps => Node.Steps;

    /// <summary>The shape, e.g. <c>[batch, steps of 'input', 32]</c>.</summary>
    public override string ToString() => Node.Shape;
}
