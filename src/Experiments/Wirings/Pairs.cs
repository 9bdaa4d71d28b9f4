using Research.Datasets.Encoders;
using Research.Framework.Data;

namespace Research.Experiments.Wirings;

/// <summary>
/// Words in, words out: each symbol read is one-hot at its time step, each symbol written is a class. Shorter words are masked after
/// their end, so that samples of different lengths stand side by side.
/// </summary>
/// <param name="symbols">The symbols that words are made of, in the order of their classes.</param>
internal sealed class Pairs(string symbols)
{
    public const string Latin = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private readonly Vocabulary _vocabulary = Vocabulary.Of(symbols);

    /// <summary>How many symbols there are: the width of an input and of a target.</summary>
    public int Count => _vocabulary.Count;

    /// <summary>The stretches of the alphabet of a length that so many letters follow, A first.</summary>
    public static IReadOnlyList<string> Stretches(int length, int followed) =>
        [.. Enumerable.Range(0, Latin.Length - length - followed + 1).Select(start => Latin.Substring(start, length))];

    /// <summary>The letters that follow a stretch of the alphabet; fewer where it ends.</summary>
    public static string After(string stretch, int count)
    {
        int next = Latin.IndexOf(stretch[^1], StringComparison.Ordinal) + 1;
        return Latin.Substring(next, Math.Min(count, Latin.Length - next));
    }

    public static string Backwards(string word) => new([.. word.Reverse()]);

    /// <summary>One word in, one word out.</summary>
    public Dataset Of(string description, IReadOnlyList<string> read, IReadOnlyList<string> written) => new()
    {
        Description = description,
        Samples = read.Count,
        Input = Input("input", read),
        Target = Target("output", written),
        InputLabels = read,
    };

    /// <summary>Words as one-hot numbers, <c>[words, longest, symbols]</c>.</summary>
    public InputBlock Input(string name, IReadOnlyList<string> words)
    {
        int steps = words.Max(word => word.Length);
        float[] values = new float[words.Count * steps * Count];
        foreach ((int row, int symbol) in Rows(words, steps)) values[row * Count + symbol] = 1;
        return new() { Name = name, TimeSteps = steps, Features = Count, Values = values, Mask = Mask(words, steps) };
    }

    /// <summary>Words as classes, <c>[words, longest]</c>.</summary>
    public TargetBlock Target(string name, IReadOnlyList<string> words)
    {
        int steps = words.Max(word => word.Length);
        int[] classes = new int[words.Count * steps];
        foreach ((int row, int symbol) in Rows(words, steps)) classes[row] = symbol;
        return new() { Name = name, TimeSteps = steps, Width = Count, Classes = classes, Mask = Mask(words, steps), ClassNames = _vocabulary.Symbols };
    }

    /// <summary>
    /// What a <see cref="FeedbackCell"/> reads: at each step the symbol that should have been written before it, none at the first, and
    /// whether it is told: <c>[words, longest, symbols + 1]</c>.
    /// </summary>
    /// <param name="name">The input's name.</param>
    /// <param name="written">The words that are to be written.</param>
    /// <param name="isTold">From the word's number and the step to whether the cell is fed that symbol, rather than its own.</param>
    public InputBlock WrittenSoFar(string name, IReadOnlyList<string> written, Func<int, int, bool> isTold)
    {
        int steps = written.Max(word => word.Length), features = Count + 1;
        float[] values = new float[written.Count * steps * features];
        foreach ((int row, int symbol) in Rows(written, steps))
        {
            int step = row % steps;
            if (step + 1 < steps) values[(row + 1) * features + symbol] = 1;
            if (isTold(row / steps, step)) values[row * features + Count] = 1;
        }

        return new() { Name = name, TimeSteps = steps, Features = features, Values = values };
    }

    private IEnumerable<(int Row, int Symbol)> Rows(IReadOnlyList<string> words, int steps) =>
        words.SelectMany((word, index) => _vocabulary.IndicesOf(word).Select((symbol, step) => (index * steps + step, symbol)));

    private static bool[]? Mask(IReadOnlyList<string> words, int steps) => words.All(word => word.Length == steps)
        ? null
        : [.. words.SelectMany(word => Enumerable.Range(0, steps).Select(step => step < word.Length))];
}
