using Research.Framework.Data;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>
/// Which calls of a model a row's history needs. Call k shows the first <see cref="StepItems"/> + k items (symbols or time
/// steps); policies always give one question the same answer, so that they can be asked beforehand.
/// </summary>
internal sealed class FeedCalls
{
    private readonly IStatePolicy _state;
    private readonly bool[] _boundaries;

    private FeedCalls(IStatePolicy state, int rows, int stepItems, int windowItems, bool continues)
    {
        _state = state;
        Rows = rows;
        StepItems = stepItems;
        WindowItems = windowItems;
        Continues = continues;
        _boundaries = new bool[rows];
    }

    public int Rows { get; }

    /// <summary>Items that a single time step shows.</summary>
    public int StepItems { get; }

    /// <summary>The fewest items that make the input of a row that starts fresh.</summary>
    public int WindowItems { get; }

    /// <summary>Whether only the first call begins a sequence.</summary>
    public bool Continues { get; }

    public static FeedCalls Of(ITextFraming framing, IStatePolicy state, int rows) =>
        new(state, rows, framing.Step.MinimumHistory, framing.MinimumHistory, framing.Continues);

    public static FeedCalls Of(InputBlock history, IStatePolicy state, ForecastOptions options) =>
        new(state, history.Values.Length / (history.TimeSteps * history.Features), 1, options.Window ?? history.TimeSteps, options.Continues);

    /// <summary>What the policy is told before a call.</summary>
    public BatchContext Context(int call)
    {
        Array.Fill(_boundaries, call == 0 || !Continues);
        return new BatchContext(Phase.Generate, 0, call, Rows, _boundaries);
    }

    /// <summary>The first call that matters to a row: the last one before its first prediction that starts it fresh.</summary>
    /// <param name="row">The row.</param>
    /// <param name="given">Items of its history; at least <see cref="StepItems"/>.</param>
    public int First(int row, int given)
    {
        for (int call = given - StepItems; call > 0; call--)
        {
            if (_state.Before(Context(call), row) == RowState.Reset) return call;
        }

        return 0;
    }

    /// <summary>The fewest items that a row's history must have. A row that is never started fresh again can begin with single steps.</summary>
    /// <param name="row">The row.</param>
    /// <param name="given">Items of its history.</param>
    public int Least(int row, int given)
    {
        if (given < StepItems) return StepItems;
        int first = First(row, given);
        if (first > 0) return WindowItems - (first + StepItems) is > 0 and var missing ? given + missing : given;
        for (int call = 1; call <= WindowItems - StepItems && given < WindowItems; call++)
        {
            if (_state.Before(Context(call), row) == RowState.Reset) return WindowItems;
        }

        return StepItems;
    }
}
