namespace Research.Framework.Models;

/// <summary>One step repeated; what it yields has no mask.</summary>
public sealed class RepeatNode : GraphNode
{
    internal RepeatNode(string name, GraphNode input, StepCount times) : base(name, [input], times, input.Width)
    {
    }

    /// <inheritdoc/>
    public override string Primitive => "repeat";

    /// <inheritdoc/>
    public override T Accept<T>(IGraphVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Repeat(this);
    }
}
