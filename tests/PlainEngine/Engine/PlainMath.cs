namespace Research.Plain.Engine;

/// <summary>Small things done to <c>[rows, columns]</c>.</summary>
internal static class PlainMath
{
    public static double[,] Fill(int rows, int columns, Func<int, int, double> number)
    {
        double[,] block = new double[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++) block[row, column] = number(row, column);
        }

        return block;
    }

    public static void Add(double[,] to, double[,] part)
    {
        for (int row = 0; row < to.GetLength(0); row++) AddRow(to, part, row);
    }

    public static void AddRow(double[,] to, double[,] part, int row)
    {
        for (int column = 0; column < to.GetLength(1); column++) to[row, column] += part[row, column];
    }

    public static void ClearRow(double[,] block, int row)
    {
        for (int column = 0; column < block.GetLength(1); column++) block[row, column] = 0;
    }

    public static double[] Row(double[,] block, int row) => [.. Enumerable.Range(0, block.GetLength(1)).Select(column => block[row, column])];
}
