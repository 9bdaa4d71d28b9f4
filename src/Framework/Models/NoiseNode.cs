using System.Globalization;

namespace Research.Framework.Models;

/// <summary>
/// Dropout: while training, zeroes a share of the features, drawn anew for each element and batch, and scales the others by
/// 1 / (1 - rate); otherwise passes its input on.
/// </summary>
public sealed class NoiseNode : GraphNode
{
    internal NoiseNode(string name, GraphNode input, double rate) : base(name, [input], input.Steps, input.Width) => Rate = rate;

    /// <inheritdoc/>
    public override string Primitive => "noise";

    /// <summary>The share; in [0, 1).</summary>
    public double Rate { get; }

    /// <summary>The stream that the draws come from.</summary>
    public string Stream => "dropout/" + Name;

    /// <inheritdoc/>
    public override T Accept<T>(IGraphVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Noise(this);
    }

    private protected override string Details => string.Create(CultureInfo.InvariantCulture, $" {Rate}");
}
