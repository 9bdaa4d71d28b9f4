using System.Globalization;

namespace Research.Framework.Models;

/// <summary>Masks, and zeroes, the steps all of whose features equal a value; joined with the mask that arrives.</summary>
public sealed class MaskNode : GraphNode
{
    internal MaskNode(string name, GraphNode input, float value) : base(name, [input], input.Steps, input.Width) => Value = value;

    /// <inheritdoc/>
    public override string Primitive => "mask";

    /// <summary>The value that stands for padding; finite.</summary>
    public float Value { get; }

    /// <inheritdoc/>
    public override T Accept<T>(IGraphVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Mask(this);
    }

    private protected override string Details => string.Create(CultureInfo.InvariantCulture, $" {Value}");
}
