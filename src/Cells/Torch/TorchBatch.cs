using Research.Framework.Data;
using Research.Framework.State;

namespace Research.Cells.Torch;

/// <summary>The batch that is run, or one of the batches before it.</summary>
/// <param name="Data">Its data.</param>
/// <param name="Samples">For each row, the sample.</param>
/// <param name="RowStates">For each row, whether it starts fresh.</param>
/// <param name="Rows">How many rows are run.</param>
/// <param name="IsTrained">Whether it is trained: what is predicted may be written anew between two calls.</param>
internal sealed record TorchBatch(Dataset Data, IReadOnlyList<int> Samples, IReadOnlyList<RowState> RowStates, int Rows, bool IsTrained)
{
    /// <summary>Whether it is one of the batches before.</summary>
    public bool RunsAgain { get; init; }

    /// <summary>Whether a row carries its state.</summary>
    public bool Carries => RowStates.Take(Rows).Contains(RowState.Carry);

    /// <summary>Whether all rows do.</summary>
    public bool CarriesAll => !RowStates.Take(Rows).Contains(RowState.Reset);
}
