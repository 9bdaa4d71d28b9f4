using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// A vector for each symbol: input <c>[batch, time steps, 1]</c> with whole numbers in [0, symbols), output
/// <c>[batch, time steps, width]</c>. The weight is called <c>embeddings</c>, <c>[symbols, width]</c>.
/// </summary>
/// <param name="Symbols">How many symbols; at least 1.</param>
/// <param name="Width">Width of each vector; at least 1.</param>
public sealed record EmbeddingLayer(int Symbols, int Width) : Layer
{
    /// <summary>How many symbols.</summary>
    /// <value>At least 1; a model takes at most 16,777,216, which numbers of single precision tell apart.</value>
    /// <exception cref="ResearchException">There is no symbol.</exception>
    public int Symbols { get; init => field = Checked("symbol", value); } = Checked("symbol", Symbols);

    /// <summary>Width of each vector.</summary>
    /// <value>At least 1.</value>
    /// <exception cref="ResearchException">The width is below 1.</exception>
    public int Width { get; init => field = Checked("number in each vector", value); } = Checked("number in each vector", Width);

    /// <summary>Whether symbol 0 is padding: its steps are masked.</summary>
    /// <value>Default false.</value>
    public bool MaskZero { get; init; }

    /// <summary>How the vectors start.</summary>
    /// <value>Default U(-0.05, 0.05), as in Keras.</value>
    public Initializer Initializer { get; init => field = Required.Value(value); } = Initializers.Uniform(0.05f);

    /// <inheritdoc/>
    public override IReadOnlyList<Setting<Layer>> Settings =>
    [
        Setting.Whole<Layer>("symbols", Symbols, value => this with { Symbols = value }, atLeast: 1),
        Setting.Whole<Layer>("width", Width, value => this with { Width = value }, atLeast: 1),
        Setting.Flag<Layer>("mask_zero", MaskZero, value => this with { MaskZero = value }),
        Setting.Choice<Layer, Initializer>("initializer", Initializer, Initializers.All, choice => choice.Name, value => this with { Initializer = value }),
    ];

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Lookup("", input, Symbols, Width, MaskZero, Initializer);
    }

    private static int Checked(string what, int count) =>
        count >= 1 ? count : throw new ResearchException($"Embedding: expected at least 1 {what}, got {count}.");
}
