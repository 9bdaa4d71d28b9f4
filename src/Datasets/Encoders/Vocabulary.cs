using System.Globalization;
using System.Text;
using Research.Framework;

namespace Research.Datasets.Encoders;

/// <summary>The symbols that a sequence may hold, distinct and in order: a symbol's index is its class. Immutable.</summary>
/// <remarks>
/// A symbol is one Unicode code point, as a string, or, in a vocabulary of words, a word: letters, digits and apostrophes in a row. What
/// stands between words (punctuation, a line's end) is a symbol for each code point; other white space is none, and a text of
/// words has one space between two symbols.
/// </remarks>
public sealed class Vocabulary
{
    private readonly string[] _symbols;
    private readonly int _unknown;
    private readonly Dictionary<string, int> _indices = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private Vocabulary(string[] symbols, bool isOfWords = false)
    {
        _symbols = symbols;
        IsOfWords = isOfWords;
        Separator = isOfWords ? " " : "";
        Symbols = Array.AsReadOnly(symbols);
        _lookup = _indices.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int i = 0; i < symbols.Length; i++)
        {
            if (!_indices.TryAdd(symbols[i], i))
                throw new ResearchException($"Vocabulary: expected distinct symbols, got {Quote(symbols[i])} at {_indices[symbols[i]]} and at {i}; name each symbol once.");
        }

        _unknown = isOfWords && _indices.TryGetValue(UnknownWord, out int unknown) ? unknown : -1;
    }

    /// <summary>The word, <c>U+FFFD</c>, that stands for every word that a vocabulary of words lacks, where it is one of its symbols.</summary>
    public const string UnknownWord = "\uFFFD";

    /// <summary>The symbols, in order.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>How many symbols there are; at least 1.</summary>
    public int Count => _symbols.Length;

    /// <summary>Whether symbols are words instead of code points.</summary>
    public bool IsOfWords { get; }

    /// <summary>The vocabulary of the given words, in the given order.</summary>
    /// <param name="words">At least one, each once: words, single code points that are no letters, and a line's end. With <see cref="UnknownWord"/> among them other words are read as it.</param>
    /// <exception cref="ResearchException">There is no word, one occurs twice, or one would be read as several.</exception>
    public static Vocabulary OfWords(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0) throw new ResearchException("Vocabulary: expected at least one word, got none.");
        foreach (string word in words)
        {
            ArgumentNullException.ThrowIfNull(word);
            if (word.Length == 0 || WordIn(word) is var (start, length) && (start > 0 || length != word.Length))
                throw new ResearchException($"Vocabulary: expected words, each of letters, digits and apostrophes or one other symbol, got {Quote(word)}.");
        }

        return new Vocabulary([.. words], isOfWords: true);
    }

    /// <summary>The vocabulary of a text's words, the most frequent first, of equally frequent ones the first in ordinal order.</summary>
    /// <param name="text">At least one word.</param>
    /// <param name="most">How many symbols at most; where there are more, the last one is <see cref="UnknownWord"/>, for all others. Null for all.</param>
    /// <exception cref="ResearchException">The text has no word, or the number is less than 2.</exception>
    public static Vocabulary FromWords(string text, int? most = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (most < 2) throw new ResearchException($"Vocabulary: expected room for at least 2 words, got {most}.");
        Dictionary<string, int> counts = [];
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int at = 0; at < text.Length;)
        {
            ReadOnlySpan<char> rest = text.AsSpan(at);
            (int start, int length) = WordIn(rest);
            if (length > 0) lookup[rest.Slice(start, length)] = lookup.TryGetValue(rest.Slice(start, length), out int count) ? count + 1 : 1;
            at += WordLength(rest);
        }

        if (counts.Count == 0) throw new ResearchException("Vocabulary: expected a text of at least one word, got none.");
        string[] words = [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)];
        return most < words.Length
            ? new Vocabulary([.. words.Where(word => word != UnknownWord).Take(most.Value - 1), UnknownWord], isOfWords: true)
            : new Vocabulary(words, isOfWords: true);
    }

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
    internal int Find(ReadOnlySpan<char> symbol)
    {
        if (IsOfWords && WordIn(symbol) is var (start, length)) symbol = symbol.Slice(start, length);
        return _lookup.TryGetValue(symbol, out int index) ? index : _unknown;
    }

    /// <summary>What stands between two symbols.</summary>
    internal string Separator { get; }

    /// <summary>How many symbols a text has; half a surrogate pair counts as one.</summary>
    internal int CountSymbols(ReadOnlySpan<char> text)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i += SymbolLength(text[i..])) count++;
        return count;
    }

    /// <summary>UTF-16 units of a text's first symbol; half a surrogate pair has one, and a word has the spaces around it as well.</summary>
    internal int SymbolLength(ReadOnlySpan<char> text) => IsOfWords ? WordLength(text) : PointLength(text);

    private static int PointLength(ReadOnlySpan<char> text) => text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;

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
            _ = SymbolAt(text, at);
            int units = SymbolLength(text.AsSpan(at));
            indices[i] = Find(text.AsSpan(at, units));
            if (indices[i] < 0) throw new ResearchException($"Unknown symbol {Quote(IsOfWords ? text.Substring(at, units).Trim(' ') : text.Substring(at, units))} at position {i} of {Quote(Shorten(Split(text), 20))}. {Allowed()}");
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
        return string.Join(Separator, indices.Select(index => this[index]));
    }

    /// <summary>The symbols, for people.</summary>
    public override string ToString() => Shorten(_symbols, 100, Separator);

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
    internal static string Shorten(IReadOnlyList<string> symbols, int most, string separator = "") =>
        symbols.Count <= most
            ? string.Join(separator, symbols)
            : $"{string.Join(separator, symbols.Take(most - 2))}{separator}…{separator}{symbols[^1]}";

    // A text's first word, after white space; empty where there is nothing else.
    private static (int Start, int Length) WordIn(ReadOnlySpan<char> text)
    {
        int start = 0;
        while (start < text.Length && IsSpace(text[start])) start++;
        int end = start;
        while (end < text.Length && OfWord(text[end..]) is > 0 and int units) end += units;
        if (end == start && start < text.Length) end += PointLength(text[start..]);
        return (start, end - start);
    }

    private static int WordLength(ReadOnlySpan<char> text)
    {
        (int start, int length) = WordIn(text);
        int end = start + length;
        while (end < text.Length && IsSpace(text[end])) end++;
        return end;
    }

    private static bool IsSpace(char c) => c != '\n' && char.IsWhiteSpace(c);

    // UTF-16 units of what may stand in a word; 0 for what may not.
    private static int OfWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out Rune rune, out int units) == System.Buffers.OperationStatus.Done && (Rune.IsLetterOrDigit(rune)
            || rune.Value is '\'' or 0x2019 or 0x200D || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark) ? units : 0;

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
