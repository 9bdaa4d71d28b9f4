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
/// A character-level language model: each letter is predicted from all before it. The text is cut into rows that are read side
/// by side, and each batch goes on where the one before it ended: gradients reach back some steps, the state reaches back
/// without end (truncated back-propagation through time). Its figure is the bits per character of a tenth that was never
/// seen, beside what counting letters reaches (n-grams), and beside the entropy of the grammar that wrote the text, which nobody can
/// go below. What lies between the best n-gram and the network is what its memory is worth: a verb agrees
/// with a subject that may stand many words before it.
/// </summary>
/// <param name="cells">The cell under study.</param>
public sealed class Text(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "text";

    /// <inheritdoc/>
    public string Summary => "A text letter by letter: bits per character of a held-out tenth, beside n-grams and the entropy of its grammar.";

    /// <inheritdoc/>
    public string Description =>
        "The text is cut into rows that are read side by side, and each batch goes on where the one before it ended: gradients reach back some " +
        "steps, the state reaches back without end (truncated back-propagation through time). What lies between the best n-gram and the network is " +
        "what its memory is worth: a verb agrees with a subject that may stand many words before it. Nobody can go below the entropy of the grammar " +
        "that wrote the text.";

    /// <summary>A UTF-8 file to learn instead of the text that a grammar writes.</summary>
    /// <value>Default none.</value>
    public string? File { get; set; }

    /// <summary>Characters that the grammar writes; ignored with a file.</summary>
    /// <value>Default 200000.</value>
    public int Characters { get; set; } = 200_000;

    /// <summary>Rows that are read side by side: the batch size.</summary>
    /// <value>Default 16.</value>
    public int Rows { get; set; } = 16;

    /// <summary>Time steps over which gradients reach back.</summary>
    /// <value>Default 50.</value>
    public int Steps { get; set; } = 50;

    /// <summary>The cell's units.</summary>
    /// <value>Default 96.</value>
    public int Units { get; set; } = 96;

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        string text = File is null ? Gossip.Grammar.Write(seeds.Stream("grammar"), Characters) : TextSource.FromFile(File).Text;
        TextParts parts = new(text, Vocabulary.FromText(text), Encoder.OneHot, new ContiguousRowsFramer(Rows, Steps));
        return new()
        {
            Data = parts.Learnt,
            ValidationData = parts.ChosenBy,
            TestData = parts.JudgedBy,
            Model = Model.Of(Recurrent(cells, Units, returnSequences: true), Dense(parts.Vocabulary.Count, Softmax)),
            State = StatePolicy.ResetAtBoundaries,
            Training = TextParts.Training(Rows),
            Metrics = [parts.Network, .. parts.Counting, .. Limits(File is null)],
            Probes = [.. ((double[])[0.5, 0.8, 1]).Select(temperature => Probe.From(parts.Prompt, new GenerationOptions { Symbols = 200, Temperature = temperature }))],
        };
    }

    internal static IEnumerable<IMetric> Limits(bool isWritten) =>
        isWritten ? [Metric.Of("grammar_entropy", static _ => Gossip.Grammar.BitsPerCharacter)] : [];
}
