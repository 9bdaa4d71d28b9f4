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
    /// <exception cref="Research.Framework.ResearchException">A number is less than 1.</exception>
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
    /// <exception cref="Research.Framework.ResearchException">The sequence is too short.</exception>
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
}
