using Research.Framework.Equations;

namespace Research.Benchmarks.Twins;

/// <summary><see cref="NasCell"/> with hand-written forward and backward kernels: what its equations are measured against.</summary>
/// <param name="units">Width of the output; at least 1.</param>
internal sealed class HandWrittenNasCell(int units) : IFusedCell
{
    private readonly NasCell _equations = new(units);

    public string Name => _equations.Name;

    public IReadOnlyList<StateSlot> State => _equations.State;

    public CellStep Step(CellScope cell, Expr input, CellState state) => _equations.Step(cell, input, state);

    public CellStep FusedStep(CellScope cell, Expr input, CellState state)
    {
        IReadOnlyList<Expr> outputs = cell.Fused(new NasKernel(_equations.Units), [.. _equations.Sums(cell, input, state["hidden"]), state["cell"]]);
        return new CellStep(output: outputs[1], state: [outputs[1], outputs[0]]);
    }
}
