using Research.Framework;

namespace Research.Datasets.Encoders;

/// <summary>The ready-made encoders. i is the symbol's index and n the number of symbols in the vocabulary.</summary>
public static class Encoder
{
    /// <summary>One feature, i / n, in [0, 1). The first symbol's code is 0.</summary>
    public static IEncoder IntegerOverCount { get; } =
        new Rule("integer-over-count", 1, (symbol, count) => [symbol / (float)count]);

    /// <summary>One feature, i / (n - 1), in [0, 1]. Needs two symbols or more. The first symbol's code is 0.</summary>
    public static IEncoder IntegerOverLast { get; } =
        new Rule("integer-over-last", 2, (symbol, count) => [symbol / (float)(count - 1)]);

    /// <summary>One feature, 2 i / (n - 1) - 1, in [-1, 1]. Needs two symbols or more.</summary>
    public static IEncoder MinusOneToOne { get; } =
        new Rule("minus-one-to-one", 2, (symbol, count) => [(2 * symbol - (count - 1)) / (float)(count - 1)]);

    /// <summary>n features: 1 at i, 0 elsewhere.</summary>
    public static IEncoder OneHot { get; } = new Rule("one-hot", 1, (symbol, count) =>
    {
        float[] code = new float[count];
        code[symbol] = 1;
        return code;
    });

    /// <summary>One feature, i itself: what <c>Layers.Embedding</c> looks up. A layer that computes with it would take it for a quantity.</summary>
    public static IEncoder Index { get; } = new Rule("index", 1, (symbol, _) => [symbol]);

    /// <summary>All ready-made encoders, for look-up by name.</summary>
    public static IReadOnlyList<IEncoder> All { get; } = [IntegerOverCount, IntegerOverLast, MinusOneToOne, OneHot, Index];

    private sealed class Rule(string name, int minimum, Func<int, int, float[]> encode) : IEncoder
    {
        public string Name => name;

        public float[] Encode(int symbol, Vocabulary vocabulary)
        {
            ArgumentNullException.ThrowIfNull(vocabulary);
            _ = vocabulary[symbol];
            return vocabulary.Count >= minimum
                ? encode(symbol, vocabulary.Count)
                : throw new ResearchException($"Encoder '{name}': expected a vocabulary of at least {minimum} symbols, got {vocabulary.Count}; use '{IntegerOverCount.Name}' or '{OneHot.Name}'.");
        }

        public override string ToString() => name;
    }
}
