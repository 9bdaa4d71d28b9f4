using System.Globalization;
using Research.Framework;

namespace Research.Datasets.Encoders;

/// <summary>The code of every symbol of a vocabulary, encoded once: encoders are pure, and framers look codes up.</summary>
internal sealed class CodeTable
{
    private readonly float[] _numbers;
    private readonly int _first;
    private readonly int _stride;

    public CodeTable(Vocabulary vocabulary, IEncoder encoder)
    {
        if (ReferenceEquals(encoder, Encoder.OneHot))
        {
            // Every code is a stretch of the same zeros with the same 1 among them: as many numbers as symbols, twice, and
            // not their square.
            Features = vocabulary.Count;
            _numbers = new float[2L * vocabulary.Count - 1];
            _first = vocabulary.Count - 1;
            _stride = -1;
            _numbers[_first] = 1;
            return;
        }

        _numbers = [];
        for (int symbol = 0; symbol < vocabulary.Count; symbol++)
        {
            float[] code = encoder.Encode(symbol, vocabulary);
            if (code.Length == 0 || (symbol > 0 && code.Length != Features))
                throw new ResearchException($"Encoder '{encoder.Name}': expected {(symbol == 0 ? "at least 1 feature" : $"{Features} features, as for the other symbols,")} for {Vocabulary.Quote(vocabulary[symbol])}, got {code.Length}.");
            if (!code.All(float.IsFinite))
                throw new ResearchException($"Encoder '{encoder.Name}': expected finite features for {Vocabulary.Quote(vocabulary[symbol])}, got {string.Join(", ", code.Select(value => value.ToString(CultureInfo.InvariantCulture)))}.");
            if (symbol == 0)
            {
                Features = _stride = code.Length;
                if ((long)vocabulary.Count * Features > Array.MaxLength)
                    throw new ResearchException($"Encoder '{encoder.Name}': {vocabulary.Count} symbols of {Features} features are more than an array holds ({Array.MaxLength}); choose an encoder of fewer features, or an embedding.");
                _numbers = new float[vocabulary.Count * Features];
            }

            code.CopyTo(_numbers, symbol * Features);
        }
    }

    /// <summary>Numbers in a code; at least 1.</summary>
    public int Features { get; }

    /// <summary>The code of the symbol at an index.</summary>
    public ReadOnlySpan<float> this[int symbol] => _numbers.AsSpan(_first + symbol * _stride, Features);
}
