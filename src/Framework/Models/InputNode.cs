namespace Research.Framework.Models;

/// <summary>A block of the data, <c>[batch, time steps, features]</c>, with the block's mask.</summary>
public sealed class InputNode : GraphNode
{
    internal InputNode(string name, int features) : base(name, [], StepCount.Of(name), features)
    {
    }

    /// <inheritdoc/>
    public override string Primitive => "input";

    /// <inheritdoc/>
    public override T Accept<T>(IGraphVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Input(this);
    }
}
