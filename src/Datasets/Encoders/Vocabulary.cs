using System.Globalization;
using System.Text;
using Research.Framework;

namespace Research.Datasets.Encoders;

/// <summary>The symbols that a sequence may hold, distinct and in order: a symbol's index is its class. Immutable.</summary>
/// <remarks>A symbol is one Unicode code point, as a string.</remarks>
public sealed class Vocabulary
{
    private readonly string[] _symbols;
    private readonly Dictionary<string, int> _indices = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private Vocabulary(string[] symbols)
    {
        _symbols = symbols;
        Symbols = Array.AsReadOnly(symbols);
        _lookup = _indices.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int i = 0; i < symbols.Length; i++)
        {
            if (!_indices.TryAdd(symbols[i], i))
                throw new ResearchException($"Vocabulary: expected distinct symbols, got {Quote(symbols[i])} at {_indices[symbols[i]]} and at {i}; name each symbol once.");
        }
    }

    /// <summary>The symbols, in order.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>How many symbols there are; at least 1.</summary>
    public int Count => _symbols.Length;

    /// <summary>The vocabulary of the given symbols, in the given order.</summary>
    /// <param name="symbols">At least one symbol, each once, e.g. <c>ABC</c>.</param>
    /// <exception cref="ResearchException">There is no symbol, or one occurs twice.</exception>
    public static Vocabulary Of(string symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        return symbols.Length > 0
            ? new Vocabulary(Split(symbols))
            : throw new ResearchException("Vocabulary: expected at least one symbol, got none.");
    }

    /// <summary>The vocabulary of a text: its distinct symbols, sorted by code point.</summary>
    /// <param name="text">At least one symbol.</param>
    /// <exception cref="ResearchException">The text is empty.</exception>
    public static Vocabulary FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0) throw new ResearchException("Vocabulary: expected a text of at least one symbol, got an empty one.");
        bool[] occurs = new bool[0x110000];
        for (int i = 0; i < text.Length;)
        {
            Rune symbol = SymbolAt(text, i);
            occurs[symbol.Value] = true;
            i += symbol.Utf16SequenceLength;
        }

        return new Vocabulary([.. Enumerable.Range(0, occurs.Length).Where(point => occurs[point]).Select(point => new Rune(point).ToString())]);
    }

    /// <summary>The symbol at an index.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ResearchException">The index is out of range.</exception>
    public string this[int index] =>
        (uint)index < (uint)_symbols.Length
            ? _symbols[index]
            : throw new ResearchException($"Vocabulary: expected a symbol's index from 0 to {Count - 1}, got {index}.");

    /// <summary>The index of a symbol.</summary>
    /// <param name="symbol">One of <see cref="Symbols"/>.</param>
    /// <exception cref="ResearchException">The symbol is unknown; the message lists those allowed.</exception>
    public int IndexOf(string symbol)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        return _indices.TryGetValue(symbol, out int index)
            ? index
            : throw new ResearchException($"Unknown symbol {Quote(symbol)}. {Allowed()}");
    }

    /// <summary>The index of a symbol, or -1.</summary>
    internal int Find(ReadOnlySpan<char> symbol) => _lookup.TryGetValue(symbol, out int index) ? index : -1;

    /// <summary>How many symbols a text has; half a surrogate pair counts as one.</summary>
    internal static int CountSymbols(ReadOnlySpan<char> text)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i += SymbolLength(text[i..])) count++;
        return count;
    }

    /// <summary>UTF-16 units of a text's first symbol; half a surrogate pair has one.</summary>
    internal static int SymbolLength(ReadOnlySpan<char> text) => text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;

    /// <summary>The index of each symbol of a text.</summary>
    /// <param name="text">Symbols of this vocabulary; may be empty.</param>
    /// <returns>Indices, <c>[symbols]</c>.</returns>
    /// <exception cref="ResearchException">A symbol is unknown; the message names it, its place and those allowed.</exception>
    public int[] IndicesOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int[] indices = new int[CountSymbols(text)];
        for (int i = 0, at = 0; i < indices.Length; i++)
        {
            int units = SymbolAt(text, at).Utf16SequenceLength;
            indices[i] = Find(text.AsSpan(at, units));
            if (indices[i] < 0) throw new ResearchException($"Unknown symbol {Quote(text.Substring(at, units))} at position {i} of {Quote(Shorten(Split(text), 20))}. {Allowed()}");
            at += units;
        }

        return indices;
    }

    /// <summary>The text of some indices.</summary>
    /// <param name="indices">Each from 0 to <see cref="Count"/> - 1; may be empty.</param>
    /// <exception cref="ResearchException">An index is out of range.</exception>
    public string TextOf(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        return string.Concat(indices.Select(index => this[index]));
    }

    /// <summary>The symbols, for people.</summary>
    public override string ToString() => Shorten(_symbols, 100);

    /// <summary>A text cut into its symbols.</summary>
    internal static string[] Split(string text)
    {
        List<string> symbols = new(text.Length);
        for (int i = 0; i < text.Length; i += symbols[^1].Length)
        {
            symbols.Add(SymbolAt(text, i).ToString());
        }

        return [.. symbols];
    }

    private static Rune SymbolAt(string text, int position) => Rune.TryGetRuneAt(text, position, out Rune symbol)
        ? symbol
        : throw new ResearchException($"Expected well-formed Unicode text, got half a surrogate pair at position {position}; decode the text again from its file.");

    /// <summary>All symbols, or the first ones and the last with an ellipsis between them.</summary>
    internal static string Shorten(IReadOnlyList<string> symbols, int most) =>
        symbols.Count <= most
            ? string.Concat(symbols)
            : $"{string.Concat(symbols.Take(most - 2))}…{symbols[^1]}";

    /// <summary>In quotes, with the code points of invisible symbols.</summary>
    internal static string Quote(string text)
    {
        StringBuilder quoted = new("'");
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool visible = rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
            if (visible) quoted.Append(rune.ToString());
            else quoted.Append(CultureInfo.InvariantCulture, $"<U+{rune.Value:X4}>");
        }

        return quoted.Append('\'').ToString();
    }

    private string Allowed() => $"Allowed {(Count == 1 ? "is 1 symbol" : $"are {Count} symbols")}: {Quote(ToString())}.";
}
