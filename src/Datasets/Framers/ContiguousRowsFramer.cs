using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;

namespace Research.Datasets.Framers;

/// <summary>
/// A long sequence cut into rows that are read side by side, for a state that is carried from batch to batch: row i of
/// batch k + 1 goes on where row i of batch k ended. Every step predicts the symbol after it: inputs
/// <c>[chunks × rows, steps, features]</c>, targets <c>[chunks × rows, steps]</c>, with
/// chunks = (count - 1) / (rows × steps), rounded down; what is left at the end is not used.
/// </summary>
/// <remarks>
/// With rows 2 and steps 2, ABCDEFGHI gives AB and EF in the first batch, CD and GH in the second. Where state is
/// carried, train and evaluate with a batch size of <see cref="Rows"/> (others are refused), without shuffling; the model yields every step.
/// </remarks>
public sealed class ContiguousRowsFramer : IFramer
{
    /// <summary>Creates the framer.</summary>
    /// <param name="rows">Rows read side by side: the batch size; at least 1.</param>
    /// <param name="steps">Time steps of a sample; at least 1.</param>
    /// <exception cref="ResearchException">A number is less than 1.</exception>
    public ContiguousRowsFramer(int rows, int steps)
    {
        Rows = SequenceFraming.AtLeastOne("contiguous rows", "a number of rows", rows);
        Steps = SequenceFraming.AtLeastOne("contiguous rows", "a number of steps", steps);
    }

    /// <summary>Rows read side by side.</summary>
    public int Rows { get; }

    /// <summary>Time steps of a sample.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    public string Name => $"{Rows} contiguous rows of {Steps} steps";

    /// <inheritdoc/>
    /// <param name="sequence">At least one symbol more than rows times steps.</param>
    /// <exception cref="ResearchException">The sequence is too short.</exception>
    public Dataset Frame(Sequence sequence)
    {
        SequenceFraming.RequireSymbols(Name, sequence, (long)Rows * Steps + 1, $"{Rows} rows of {Steps} steps and 1 for the last target");
        int chunks = (sequence.Count - 1) / (Rows * Steps);
        SequenceFraming.Stretch[] stretches = new SequenceFraming.Stretch[chunks * Rows];
        bool[] boundaries = new bool[stretches.Length];
        for (int sample = 0; sample < stretches.Length; sample++)
        {
            int chunk = sample / Rows, row = sample % Rows;
            stretches[sample] = new SequenceFraming.Stretch((row * chunks + chunk) * Steps, Steps);
            boundaries[sample] = chunk == 0;
        }

        return new SequenceFraming(Name, sequence, Steps).Frame(stretches, targetAtEveryStep: true, boundaries: boundaries, contiguousRows: Rows);
    }

    /// <summary>Frames a text that stays in its file: the same samples, read as they are needed, so that the text may be larger than memory.</summary>
    /// <param name="text">At least one symbol more than rows times steps; it must stay open while the data are used.</param>
    /// <returns>Data whose inputs and classes are made as they are read; without labels.</returns>
    /// <exception cref="ResearchException">The text is too short, or its samples are more than can be counted.</exception>
    public Dataset FrameFile(TextFile text)
    {
        ArgumentNullException.ThrowIfNull(text);
        long size = (long)Rows * Steps, chunks = (text.Count - 1) / size;
        if (chunks == 0) throw new ResearchException($"{Name}: expected a text of at least {size + 1} symbols ({Rows} rows of {Steps} steps and 1 for the last target), got {text}; use a longer text or a smaller framer.");
        if (chunks * Rows > Array.MaxLength) throw new ResearchException($"{Name}: {chunks * Rows} samples of {text} are more than {Array.MaxLength}; choose more steps.");
        FileRows rows = new(Rows, Steps, (int)chunks);
        bool[] boundaries = new bool[rows.Samples];
        boundaries.AsSpan(0, Rows).Fill(true);
        Dataset data = new()
        {
            Description = $"{Name} over {text}",
            Samples = rows.Samples,
            Input = new() { TimeSteps = Steps, Features = text.Features, Source = rows.InputsOf(text) },
            Target = new() { TimeSteps = Steps, Width = text.Vocabulary.Count, ClassSource = rows.TargetsOf(text) },
            Boundaries = boundaries,
            ContiguousRows = Rows,
            Text = SequenceFraming.OfText(Name, new Sequence(text.Vocabulary[0], text.Vocabulary, text.Encoder), Steps, continues: chunks > 1),
        };
        data.Validate();
        return data;
    }
}
