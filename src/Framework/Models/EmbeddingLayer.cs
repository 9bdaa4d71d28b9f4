namespace Research.Framework.Models;

/// <summary>
/// A vector for each symbol: input <c>[batch, time steps, 1]</c> with whole numbers in [0, symbols), output
/// <c>[batch, time steps, width]</c>. The weight is called <c>embeddings</c>, <c>[symbols, width]</c>.
/// </summary>
/// <param name="Symbols">How many symbols; at least 1.</param>
/// <param name="Width">Width of each vector; at least 1.</param>
public sealed record EmbeddingLayer(int Symbols, int Width) : Layer
{
    /// <summary>Whether symbol 0 is padding: its steps are masked.</summary>
    /// <value>Default false.</value>
    public bool MaskZero { get; init; }

    /// <summary>How the vectors start.</summary>
    /// <value>Default U(-0.05, 0.05), as in Keras.</value>
    public Initializer Initializer { get; init; } = Initializers.Uniform(0.05f);

    internal override string Kind => "embedding";
}
