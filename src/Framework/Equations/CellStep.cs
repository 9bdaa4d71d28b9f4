namespace Research.Framework.Equations;

/// <summary>What a step yields.</summary>
public sealed class CellStep
{
    /// <summary>Creates the result of a step.</summary>
    /// <param name="output">The output, <c>[batch, units]</c>; often the hidden state itself.</param>
    /// <param name="state">The new state, in the order in which the cell declares it.</param>
    public CellStep(Expr output, params IReadOnlyList<Expr> state)
    {
        Output = output;
        State = state;
    }

    /// <summary>The output, <c>[batch, units]</c>.</summary>
    public Expr Output { get; }

    /// <summary>The new state, in the order in which the cell declares it.</summary>
    public IReadOnlyList<Expr> State { get; }
}
