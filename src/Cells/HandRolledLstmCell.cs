using Research.Cells.HandRolled;
using Research.Framework;
using Research.Framework.Equations;

namespace Research.Cells;

/// <summary>
/// <see cref="LstmCell"/> with hand-written forward and backward kernels: the same weights under the same names, and the
/// same results but for rounding. With activations other than the default ones it runs the equations.
/// </summary>
public sealed class HandRolledLstmCell : IFusedCell
{
    private readonly LstmCell _equations;

    /// <summary>A cell with Keras' default options.</summary>
    /// <param name="units">Width of the output; at least 1.</param>
    /// <exception cref="ResearchException"><paramref name="units"/> is below 1.</exception>
    public HandRolledLstmCell(int units) : this(new LstmCell(units))
    {
    }

    /// <summary>A cell with the options of <paramref name="equations"/>.</summary>
    /// <param name="equations">What the kernels compute.</param>
    public HandRolledLstmCell(LstmCell equations)
    {
        ArgumentNullException.ThrowIfNull(equations);
        _equations = equations;
    }

    /// <summary>The name of the equations, <c>lstm</c>, so that both start from the same weights.</summary>
    public string Name => ((ICell)_equations).Name;

    /// <inheritdoc/>
    public IReadOnlyList<StateSlot> State => _equations.State;

    /// <inheritdoc/>
    public IReadOnlyList<Setting<ICell>> Settings =>
        [.. _equations.Settings.Select(setting => setting.Within<ICell>(changed => new HandRolledLstmCell((LstmCell)changed)))];

    /// <inheritdoc/>
    public CellStep Step(CellScope cell, Expr input, CellState state) => _equations.Step(cell, input, state);

    /// <inheritdoc/>
    public CellStep FusedStep(CellScope cell, Expr input, CellState state)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(state);
        if (_equations.Activation != Activation.Tanh || _equations.RecurrentActivation != Activation.Sigmoid)
            return Step(cell, input, state);
        IReadOnlyList<Expr> outputs = cell.Fused(new LstmKernel(_equations.Units), _equations.Gates(cell, input, state), state["cell"]);
        Expr c = outputs[0], h = outputs[1];
        return new CellStep(output: h, state: [h, c]);
    }
}
