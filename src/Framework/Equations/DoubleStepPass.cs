namespace Research.Framework.Equations;

/// <summary>A step that has run in double.</summary>
public sealed class DoubleStepPass
{
    internal DoubleStepPass(DoubleStep step, DoubleOperations operations, int rows, IReadOnlyList<double[,]?> values, StepValues<double[,]> results)
    {
        Step = step;
        Operations = operations;
        Rows = rows;
        Values = values;
        Output = results.Output;
        State = results.State;
    }

    /// <summary>The output, <c>[rows, width]</c>.</summary>
    public double[,] Output { get; }

    /// <summary>The state after the step, each <c>[rows, width]</c>.</summary>
    public IReadOnlyList<double[,]> State { get; }

    internal DoubleStep Step { get; }

    internal DoubleOperations Operations { get; }

    internal int Rows { get; }

    /// <summary>All values, by position.</summary>
    internal IReadOnlyList<double[,]?> Values { get; }
}
