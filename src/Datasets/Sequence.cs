using Research.Datasets.Encoders;
using Research.Framework;

namespace Research.Datasets;

/// <summary>Symbols in order, and how they become numbers: what a framer cuts into samples. Immutable.</summary>
public sealed class Sequence
{
    private readonly int[] _symbols;
    private readonly CodeTable _codes;

    /// <summary>Creates a sequence.</summary>
    /// <param name="text">At least one symbol, each of the vocabulary.</param>
    /// <param name="vocabulary">The symbols that may occur.</param>
    /// <param name="encoder">How a symbol becomes numbers.</param>
    /// <exception cref="ResearchException">The text is empty or has an unknown symbol, or the encoder cannot encode the vocabulary.</exception>
    public Sequence(string text, Vocabulary vocabulary, IEncoder encoder)
        : this(text, Indices(text, vocabulary), vocabulary, encoder)
    {
    }

    private Sequence(string text, int[] symbols, Vocabulary vocabulary, IEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        Text = text;
        Vocabulary = vocabulary;
        Encoder = encoder;
        _symbols = symbols;
        Symbols = Array.AsReadOnly(symbols);
        _codes = new CodeTable(vocabulary, encoder);
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The symbols that may occur.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>How a symbol becomes numbers.</summary>
    public IEncoder Encoder { get; }

    /// <summary>The index of each symbol in the vocabulary, <c>[symbols]</c>.</summary>
    public IReadOnlyList<int> Symbols { get; }

    /// <summary>How many symbols the sequence has; at least 1.</summary>
    public int Count => _symbols.Length;

    /// <summary>How many numbers encode one symbol; at least 1.</summary>
    public int Features => _codes.Features;

    /// <summary>The numbers that encode a symbol, <c>[features]</c>.</summary>
    /// <param name="symbol">The symbol's index in the vocabulary.</param>
    /// <exception cref="ResearchException">The index is out of range.</exception>
    public float[] Encode(int symbol)
    {
        _ = Vocabulary[symbol];
        return _codes[symbol].ToArray();
    }

    /// <summary>The same symbols with another encoder.</summary>
    /// <param name="encoder">The other encoder.</param>
    public Sequence With(IEncoder encoder) => new(Text, _symbols, Vocabulary, encoder);

    /// <summary>For people: the text, shortened, e.g. <c>ABCDEF…Z</c>.</summary>
    public override string ToString() => Vocabulary.Shorten([.. _symbols.Take(8).Append(_symbols[^1]).Take(Count).Select(symbol => Vocabulary[symbol])], 8, Vocabulary.Separator);

    internal ReadOnlySpan<int> Span => _symbols;

    internal ReadOnlySpan<float> Code(int symbol) => _codes[symbol];

    private static int[] Indices(string text, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(vocabulary);
        return text.Length > 0
            ? vocabulary.IndicesOf(text)
            : throw new ResearchException("Sequence: expected a text of at least one symbol, got an empty one.");
    }
}
