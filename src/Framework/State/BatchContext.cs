namespace Research.Framework.State;

/// <summary>What a state policy is told before each batch.</summary>
/// <param name="phase">Training, evaluating or generating.</param>
/// <param name="epoch">The epoch, from 0; always 0 outside training.</param>
/// <param name="batch">The batch within the epoch, from 0.</param>
/// <param name="rows">Rows of this batch; the last batch of an epoch may have fewer than the others.</param>
/// <param name="boundaries">For each row, whether its sample begins a new sequence, <c>[rows]</c> or longer.</param>
public readonly struct BatchContext(Phase phase, int epoch, int batch, int rows, bool[] boundaries)
{
    /// <summary>Training, evaluating or generating.</summary>
    public Phase Phase { get; } = phase;

    /// <summary>The epoch, from 0; always 0 outside training.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>The batch within the epoch, from 0.</summary>
    public int Batch { get; } = batch;

    /// <summary>Rows of this batch; the last batch of an epoch may have fewer than the others.</summary>
    public int Rows { get; } = rows;

    /// <summary>Whether the sample in this row begins a new sequence.</summary>
    /// <param name="row">The row, from 0.</param>
    public bool BeginsSequence(int row) => boundaries[row];
}
