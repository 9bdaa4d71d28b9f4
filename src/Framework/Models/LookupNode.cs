using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>A vector for each symbol: reads whole numbers <c>[batch, time steps, 1]</c>.</summary>
public sealed class LookupNode : GraphNode
{
    internal LookupNode(string name, GraphNode input, WeightDescription vectors, bool maskZero)
        : base(name, [input], input.Steps, vectors.Shape[1])
    {
        Vectors = vectors;
        MaskZero = maskZero;
    }

    /// <inheritdoc/>
    public override string Primitive => "lookup";

    /// <summary>The vectors, <c>[symbols, width]</c>.</summary>
    public WeightDescription Vectors { get; }

    /// <summary>How many symbols there are.</summary>
    public int Symbols => Vectors.Shape[0];

    /// <summary>Whether symbol 0 is padding: its steps are masked.</summary>
    public bool MaskZero { get; }

    /// <inheritdoc/>
    public override T Accept<T>(IGraphVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Lookup(this);
    }

    internal override bool HasWeights => true;

    private protected override string Details => FormattableString.Invariant($", {Symbols} symbols{(MaskZero ? ", 0 is padding" : "")}");
}
