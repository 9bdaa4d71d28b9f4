using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>Another factory's cells, each with a change made to it.</summary>
internal sealed class ChangedCells(ICellFactory cells, Func<ICell, ICell> change) : ICellFactory
{
    public string Name => cells.Name;

    public ICell Create(int units) => change(cells.Create(units));
}
