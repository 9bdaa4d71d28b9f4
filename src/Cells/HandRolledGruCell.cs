using Research.Cells.HandRolled;
using Research.Framework;
using Research.Framework.Equations;

namespace Research.Cells;

/// <summary>
/// <see cref="GruCell"/> with hand-written forward and backward kernels: the same weights under the same names, and the
/// same results but for rounding. With activations other than the default ones it runs the equations.
/// </summary>
public sealed class HandRolledGruCell : IFusedCell
{
    private readonly GruCell _equations;

    /// <summary>A cell with Keras' default options.</summary>
    /// <param name="units">Width of the output; at least 1.</param>
    /// <exception cref="ResearchException"><paramref name="units"/> is below 1.</exception>
    public HandRolledGruCell(int units) : this(new GruCell(units))
    {
    }

    /// <summary>A cell with the options of <paramref name="equations"/>.</summary>
    /// <param name="equations">What the kernels compute.</param>
    public HandRolledGruCell(GruCell equations)
    {
        ArgumentNullException.ThrowIfNull(equations);
        _equations = equations;
    }

    /// <summary>The name of the equations, <c>gru</c>, so that both start from the same weights.</summary>
    public string Name => ((ICell)_equations).Name;

    /// <inheritdoc/>
    public IReadOnlyList<StateSlot> State => _equations.State;

    /// <inheritdoc/>
    public IReadOnlyList<Setting<ICell>> Settings =>
        [.. _equations.Settings.Select(setting => setting.Within<ICell>(changed => new HandRolledGruCell((GruCell)changed)))];

    /// <inheritdoc/>
    public CellStep Step(CellScope cell, Expr input, CellState state) => _equations.Step(cell, input, state);

    /// <inheritdoc/>
    public CellStep FusedStep(CellScope cell, Expr input, CellState state)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(state);
        if (_equations.Activation != Activation.Tanh || _equations.RecurrentActivation != Activation.Sigmoid)
            return Step(cell, input, state);
        Expr h = state["hidden"];
        Expr next = cell.Fused(new GruKernel(_equations.Units), [.. _equations.Sums(cell, input, h), h])[0];
        return new CellStep(output: next, state: [next]);
    }
}
