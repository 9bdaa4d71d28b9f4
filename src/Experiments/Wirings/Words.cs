using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>
/// The text of <see cref="Text"/>, word by word: a word is an index, and an embedding learns a place in space for it, so that words used alike can lie
/// close to each other. A sequence of words is several times shorter than that of its letters, and what was far is near; how
/// words are spelled need not be learnt, nor can a word be written that is not in the vocabulary. Its bits are counted for each
/// character, so that they stand beside those of letters.
/// </summary>
/// <param name="cells">The cell under study.</param>
public sealed class Words(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "words";

    /// <inheritdoc/>
    public string Summary => "The same text word by word, with an embedding.";

    /// <inheritdoc/>
    public string Description =>
        "A word is an index, and an embedding learns a place in space for it, so that words used alike can lie close to each other. A sequence of " +
        "words is several times shorter than that of its letters, and what was far is near; how words are spelled need not be learnt, nor can a " +
        "word be written that is not in the vocabulary. Bits are counted for each character, so that they stand beside those of letters.";

    /// <summary>A UTF-8 file to learn instead of the text that a grammar writes.</summary>
    /// <value>Default none.</value>
    public string? File { get; set; }

    /// <summary>Characters that the grammar writes; ignored with a file.</summary>
    /// <value>Default 200000.</value>
    public int Characters { get; set; } = 200_000;

    /// <summary>Words of the vocabulary at most; rarer ones are read as one unknown word, and the bits are of the text with it.</summary>
    /// <value>At least 2. Default 5000.</value>
    public int Most { get; set; } = 5000;

    /// <summary>Rows that are read side by side: the batch size.</summary>
    /// <value>Default 16.</value>
    public int Rows { get; set; } = 16;

    /// <summary>Time steps over which gradients reach back.</summary>
    /// <value>Default 20.</value>
    public int Steps { get; set; } = 20;

    /// <summary>Numbers that stand for a word.</summary>
    /// <value>Default 24.</value>
    public int Width { get; set; } = 24;

    /// <summary>The cell's units.</summary>
    /// <value>Default 64.</value>
    public int Units { get; set; } = 64;

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        string text = File is null ? Gossip.Grammar.Write(seeds.Stream("grammar"), Characters) : TextSource.FromFile(File).Text;
        TextParts parts = new(text, Vocabulary.FromWords(text, Most), Encoder.Index, new ContiguousRowsFramer(Rows, Steps));
        int words = parts.Vocabulary.Count;
        return new()
        {
            Data = parts.Learnt,
            ValidationData = parts.ChosenBy,
            TestData = parts.JudgedBy,
            Model = Model.Of(Embedding(words, Width), Recurrent(cells, Units, returnSequences: true), Dense(words, Softmax)),
            State = StatePolicy.ResetAtBoundaries,
            Training = TextParts.Training(Rows),
            Metrics = [parts.Network, Metric.Perplexity, .. parts.Counting, .. Text.Limits(File is null)],
            Probes = [.. ((double[])[0.5, 0.8, 1]).Select(temperature => Probe.From(parts.Prompt, new GenerationOptions { Symbols = 40, Temperature = temperature }))],
        };
    }
}
