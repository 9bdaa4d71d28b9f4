namespace Research.Framework.Equations;

/// <summary>A number for each of one panel's vectors (row) and each of another's (column), in tiles of 16 columns: [columns / 16, rows, 16].</summary>
internal sealed class VectorPanelProducts(int rows, int columns)
{
    private const int TileColumns = 16;

    public double[] Values { get; } = new double[rows * columns];

    public int Rows { get; } = rows;

    public ref double this[int row, int column] => ref Values[(column / TileColumns * Rows + row) * TileColumns + column % TileColumns];
}
