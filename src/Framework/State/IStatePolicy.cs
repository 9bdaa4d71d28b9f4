namespace Research.Framework.State;

/// <summary>
/// Decides, before each batch and for each row, whether the recurrent state is zeroed or carried. Row i of a batch
/// continues row i of the batch before it; rows of one batch never see each other's state. Policies hold no state of
/// their own: the same question always gets the same answer.
/// </summary>
public interface IStatePolicy
{
    /// <summary>The name in plans and on the command line, e.g. <c>reset-each-epoch</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether state can outlive a batch in training. Data of such a policy must keep its order: a shuffled epoch would
    /// hand a row's state to an unrelated sample, so that combination is refused.
    /// </summary>
    bool CarriesBetweenBatches { get; }

    /// <summary>Whether <paramref name="row"/> starts this batch fresh or continues.</summary>
    /// <param name="context">The batch about to be run.</param>
    /// <param name="row">The row, from 0 to <see cref="BatchContext.Rows"/> - 1.</param>
    RowState Before(BatchContext context, int row);
}
