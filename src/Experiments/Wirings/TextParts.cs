using Research.Datasets;
using Research.Datasets.Baselines;
using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Metrics;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Experiments.Wirings;

/// <summary>A text in three parts that follow each other: eight tenths to learn, one to choose by, one to judge by.</summary>
internal sealed class TextParts
{
    private const int MostOrder = 5;

    private readonly int[] _learnt;
    private readonly int[] _chosenBy;
    private readonly double _perCharacter;

    public TextParts(string text, Vocabulary vocabulary, IEncoder encoder, IFramer framer)
    {
        Vocabulary = vocabulary;
        Sequence whole = TextSource.From(text, vocabulary);
        int tenth = whole.Count / 10, first = whole.Count - 2 * tenth;
        if (tenth == 0) throw new ResearchException($"Expected a text of at least 10 symbols, of which a tenth is for judging, got {whole.Count}.");
        int[] symbols = [.. whole.Symbols];
        _learnt = symbols[..first];
        _chosenBy = symbols[first..(first + tenth)];
        int[] judgedBy = symbols[(first + tenth)..];
        Learnt = Frame(_learnt);
        ChosenBy = Frame(_chosenBy);
        JudgedBy = Frame(judgedBy);
        Prompt = vocabulary.TextOf(judgedBy[..Math.Min(judgedBy.Length, vocabulary.IsOfWords ? 5 : 20)]);
        int characters = 0;
        foreach (System.Text.Rune _ in text.EnumerateRunes()) characters++;
        _perCharacter = vocabulary.IsOfWords ? (double)whole.Count / characters : 1;

        Dataset Frame(int[] part) => framer.Frame(TextSource.From(vocabulary.TextOf(part), vocabulary).With(encoder));
    }

    public Vocabulary Vocabulary { get; }

    public Dataset Learnt { get; }

    public Dataset ChosenBy { get; }

    public Dataset JudgedBy { get; }

    /// <summary>How the part to judge by begins.</summary>
    public string Prompt { get; }

    /// <summary>How letters and words are learnt: in smaller steps where the part to choose by gets no better, and as it was at its best.</summary>
    public static TrainingOptions Training(int rows) => new()
    {
        Epochs = 20,
        BatchSize = rows,
        Shuffle = false,
        Optimizer = new Adam { LearningRate = 0.005 },
        ReduceOnPlateau = new() { Factor = 0.3, Patience = 1 },
        EarlyStopping = new() { Patience = 4, RestoreBest = true },
    };

    /// <summary>What a character costs a network: of words, a word's bits over its characters.</summary>
    public IMetric Network => Metric.Of(Metric.BitsPerCharacter.Name, predictions => Metric.BitsPerCharacter.Evaluate(predictions) * _perCharacter);

    /// <summary>What a character costs who counts, of orders 1 to 5: fitted when the first of them is asked for.</summary>
    public IReadOnlyList<IMetric> Counting => [.. Enumerable.Range(1, MostOrder).Select(Counted)];

    private IMetric Counted(int order)
    {
        Lazy<IMetric> metric = new(() => NGramModel.Fit(_learnt, _chosenBy, Vocabulary.Count, order).ToMetric("n_grams", _perCharacter));
        return Metric.Of(FormattableString.Invariant($"{order}_gram_bits"), predictions => metric.Value.Evaluate(predictions));
    }
}
