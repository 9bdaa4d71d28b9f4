namespace Research.Framework.Models;

/// <summary>Time turned around, the mask with it: step t becomes step T - 1 - t, padding included.</summary>
public sealed class ReverseNode : GraphNode
{
    internal ReverseNode(string name, GraphNode input) : base(name, [input], input.Steps, input.Width)
    {
    }

    /// <inheritdoc/>
    public override string Primitive => "reverse";

    /// <inheritdoc/>
    public override T Accept<T>(IGraphVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Reverse(this);
    }
}
