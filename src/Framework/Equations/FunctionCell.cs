namespace Research.Framework.Equations;

/// <summary>A cell made from a function, where a class would say no more: for lambdas and F# functions.</summary>
public sealed class FunctionCell : ICell
{
    private readonly Func<CellScope, Expr, CellState, CellStep> _step;

    /// <summary>Makes a cell.</summary>
    /// <param name="name">The name in layer names and messages, in snake case, e.g. <c>minimal_gated_unit</c>.</param>
    /// <param name="state">The parts of the recurrent state; at least one.</param>
    /// <param name="step">One time step: scope, input <c>[batch, features]</c> and old state to output and new state.</param>
    /// <exception cref="ResearchException">The name is empty, or there is no state.</exception>
    public FunctionCell(string name, IReadOnlyList<StateSlot> state, Func<CellScope, Expr, CellState, CellStep> step)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(step);
        if (string.IsNullOrWhiteSpace(name)) throw new ResearchException("A cell made from a function needs a name, e.g. 'minimal_gated_unit'.");
        if (Required.Each(state, nameof(State)).Count == 0) throw new ResearchException($"Cell '{name}': expected at least one state slot, e.g. 'hidden', got none.");
        Name = name;
        State = [.. state];
        _step = step;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StateSlot> State { get; }

    /// <inheritdoc/>
    public CellStep Step(CellScope cell, Expr input, CellState state) => _step(cell, input, state);
}
