namespace Research.Framework.Data;

/// <summary>How a framer turns text into one model input and a predicted class back into text; used to generate.</summary>
/// <remarks>
/// A symbol of a text is one Unicode code point, or what <see cref="SymbolLength"/> says. Three members are enough; the others tell generation what it need not feed,
/// and what they say by default is always right for a framing whose inputs have one time step.
/// </remarks>
public interface ITextFraming
{
    /// <summary>The fewest symbols of history that make an input, e.g. 3 for a window of three.</summary>
    int MinimumHistory { get; }

    /// <summary>The most symbols of history that an input shows: what is older makes no difference to it.</summary>
    /// <value>Default all of them.</value>
    int Window => int.MaxValue;

    /// <summary>
    /// Whether a sample goes on where the one before it ended, so that only the first begins a sequence; otherwise each does.
    /// State policies are told the same while generating.
    /// </summary>
    /// <value>Default true.</value>
    bool Continues => true;

    /// <summary>The framing of one time step alone: what is fed to a row whose carried state holds the history before it.</summary>
    /// <value>Default this one, for inputs of one time step.</value>
    ITextFraming Step => this;

    /// <summary>The input, <c>[time steps, features]</c>, for the step that follows <paramref name="history"/>.</summary>
    /// <param name="history">The text so far, oldest first; at least <see cref="MinimumHistory"/> symbols of the vocabulary.</param>
    float[] Encode(string history);

    /// <summary>As <see cref="Encode"/>, into an array that there is: generation calls this for every symbol.</summary>
    /// <param name="history">As above.</param>
    /// <param name="input">Receives the input, <c>[time steps, features]</c>.</param>
    void EncodeTo(ReadOnlySpan<char> history, Span<float> input) => Encode(history.ToString()).CopyTo(input);

    /// <summary>UTF-16 units of a text's first symbol, with what stands around it and is no symbol itself, e.g. spaces around words.</summary>
    /// <param name="text">Not empty.</param>
    /// <value>At least 1. Default those of one code point.</value>
    int SymbolLength(ReadOnlySpan<char> text) => text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;

    /// <summary>What is written between two symbols of a text, e.g. a space between words.</summary>
    /// <value>Default nothing.</value>
    string Separator => "";

    /// <summary>The symbol of a class.</summary>
    /// <param name="targetClass">A class index, from 0.</param>
    string Decode(int targetClass);
}
