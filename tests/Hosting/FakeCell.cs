using Research.Framework.Equations;

namespace Research.Framework.Hosting.Tests;

/// <summary>A cell that is never run: it only has a size.</summary>
internal sealed class FakeCell(string name, int units) : ICell
{
    public string Name => name;

    public IReadOnlyList<StateSlot> State { get; } = [new("hidden", units), new("cell", units)];

    public CellStep Step(CellScope cell, Expr input, CellState state) => throw new AssertionException("A fake cell is not traced.");
}
