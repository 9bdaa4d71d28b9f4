namespace Research.Framework.Equations;

/// <summary>
/// One time step of a recurrent network, as equations. Sizes belong to the constructor. A cell never loops over time
/// and knows nothing of masks, resets or batches: the engine walks the sequence. The same instance may be used in
/// several models.
/// </summary>
public interface ICell
{
    /// <summary>The name in layer names and messages, in snake case.</summary>
    /// <value>Default: the type's name without <c>Cell</c>, e.g. <c>LstmCell</c> gives <c>lstm</c>.</value>
    string Name => CellNames.Of(GetType());

    /// <summary>The parts of the recurrent state, in order. All start at zero.</summary>
    IReadOnlyList<StateSlot> State { get; }

    /// <summary>What <c>--set model.layers.0.cell.dt=0.5</c> may set, in the order in which it is shown; each sets a copy.</summary>
    /// <value>Default none.</value>
    IReadOnlyList<Setting<ICell>> Settings => [];

    /// <summary>Writes one time step. Called when a model is made, not once per step.</summary>
    /// <param name="cell">Where weights are declared.</param>
    /// <param name="input">This step's input, <c>[batch, features]</c>.</param>
    /// <param name="state">The state before this step, by name, each <c>[batch, width]</c>.</param>
    /// <returns>The step's output and its new state in the order of <see cref="State"/>.</returns>
    CellStep Step(CellScope cell, Expr input, CellState state);
}
