namespace Research.Datasets.Encoders;

/// <summary>Turns a symbol into numbers. Encoders are pure: the same symbol always gets the same numbers.</summary>
public interface IEncoder
{
    /// <summary>The name in plans, in lower case, e.g. <c>one-hot</c>.</summary>
    string Name { get; }

    /// <summary>The numbers that encode a symbol.</summary>
    /// <param name="symbol">The symbol's index in the vocabulary, from 0.</param>
    /// <param name="vocabulary">The symbols that may occur.</param>
    /// <returns><c>[features]</c>: finite, at least one, and as many for every symbol of the vocabulary.</returns>
    float[] Encode(int symbol, Vocabulary vocabulary);
}
