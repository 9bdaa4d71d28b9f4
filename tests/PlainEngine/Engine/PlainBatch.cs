using Research.Framework.Data;
using Research.Framework.State;

namespace Research.Plain.Engine;

/// <summary>The batch that is run, or one of the batches before it.</summary>
/// <param name="Data">Its data.</param>
/// <param name="Samples">For each row, the sample.</param>
/// <param name="RowStates">For each row, whether it starts fresh.</param>
/// <param name="Rows">How many rows are run.</param>
/// <param name="RunsAgain">Whether it is one of those before.</param>
internal sealed record PlainBatch(Dataset Data, IReadOnlyList<int> Samples, IReadOnlyList<RowState> RowStates, int Rows, bool RunsAgain = false);
