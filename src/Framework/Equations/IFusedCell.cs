namespace Research.Framework.Equations;

/// <summary>
/// A cell with hand-written forward and backward kernels. <see cref="ICell.Step"/> stays as the specification and as the
/// oracle that the kernels are tested against; the engine runs <see cref="FusedStep"/>.
/// </summary>
public interface IFusedCell : ICell
{
    /// <summary>
    /// The same step as <see cref="ICell.Step"/>, with the same weights under the same names, written with
    /// <see cref="CellScope.Fused"/>. Products with weights stay equations, so that the engine can take them out of the
    /// time loop.
    /// </summary>
    /// <param name="cell">Where weights are declared.</param>
    /// <param name="input">This step's input, <c>[batch, features]</c>.</param>
    /// <param name="state">The state before this step.</param>
    CellStep FusedStep(CellScope cell, Expr input, CellState state);
}
