namespace Research.Framework.Equations;

/// <summary>
/// Makes the cell that the run asks for. Experiments take it in their constructor, so that <c>--cell gru</c> swaps the
/// cell everywhere.
/// </summary>
public interface ICellFactory
{
    /// <summary>The chosen cell's registered name, e.g. <c>lstm</c>.</summary>
    string Name { get; }

    /// <summary>A new cell.</summary>
    /// <param name="units">Units (width of the output); at least 1.</param>
    ICell Create(int units);
}
