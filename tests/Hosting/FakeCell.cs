using Research.Framework.Equations;

namespace Research.Framework.Hosting.Tests;

/// <summary>A cell that is never run: it has a size and no equations to speak of.</summary>
internal sealed class FakeCell(string name, int units) : ICell
{
    public string Name => name;

    public IReadOnlyList<StateSlot> State { get; } = [new("hidden", units), new("cell", units)];

    public CellStep Step(CellScope cell, Expr input, CellState state) => new(state["hidden"], state["hidden"], state["cell"]);
}
