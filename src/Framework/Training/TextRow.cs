using Research.Framework.Data;

namespace Research.Framework.Training;

/// <summary>A text that grows symbol by symbol, of which the last few can be read without copying.</summary>
internal sealed class TextRow
{
    private readonly int _given;
    private readonly int _all;
    private readonly string _separator;
    private char[] _text;
    private int[] _starts;

    /// <summary>A text of a prompt's symbols.</summary>
    /// <param name="framing">What a symbol is.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="most">How many symbols may follow.</param>
    /// <param name="random">Where choices are drawn from; null where nothing is drawn.</param>
    public TextRow(ITextFraming framing, string prompt, int most, Random? random)
    {
        _separator = framing.Separator;
        _given = CountSymbols(framing, prompt);
        _all = _given + most;
        _text = prompt.ToCharArray();
        _starts = new int[_given + 1];
        for (int at = 0; at < prompt.Length; _starts[++Count] = at) at += framing.SymbolLength(prompt.AsSpan(at));
        Random = random;
    }

    public Random? Random { get; }

    /// <summary>Symbols by now.</summary>
    public int Count { get; private set; }

    public bool HasEnded { get; private set; }

    /// <summary>What follows the prompt.</summary>
    public string Generated => new(_text, _starts[_given], _starts[Count] - _starts[_given]);

    /// <summary>How many symbols a text has.</summary>
    public static int CountSymbols(ITextFraming framing, string text)
    {
        int count = 0;
        for (int at = 0; at < text.Length; at += framing.SymbolLength(text.AsSpan(at))) count++;
        return count;
    }

    /// <summary>The last of the first symbols.</summary>
    /// <param name="most">How many of them at most.</param>
    /// <param name="of">How many symbols are the first.</param>
    public ReadOnlySpan<char> Last(int most, int of) => _text.AsSpan(_starts[of - Math.Min(most, of)].._starts[of]);

    public void Add(string symbol)
    {
        int start = _starts[Count], length = start == 0 ? 0 : _separator.Length, end = start + length + symbol.Length;
        if (end > _text.Length) Array.Resize(ref _text, Math.Max(end, 2 * _text.Length));
        if (Count + 1 == _starts.Length) Array.Resize(ref _starts, 2 * _starts.Length);
        _separator.AsSpan(0, length).CopyTo(_text.AsSpan(start));
        symbol.CopyTo(_text.AsSpan(start + length));
        _starts[++Count] = end;
        HasEnded = Count == _all;
    }

    public void End() => HasEnded = true;
}
