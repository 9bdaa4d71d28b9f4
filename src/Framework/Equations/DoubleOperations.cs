namespace Research.Framework.Equations;

/// <summary>
/// Reads a step in double, one operation after the other and without any cleverness: the reference for whatever is fast.
/// Values are <c>[rows, columns]</c>.
/// </summary>
public sealed class DoubleOperations : IStepOperations<double[,]>, IGradientOperations<double[,]>
{
    private readonly int _rows;
    private readonly IReadOnlyDictionary<string, double[]> _weights;

    /// <summary>A reader of a batch.</summary>
    /// <param name="rows">Rows of the batch; at least 1.</param>
    /// <param name="weights">The weights by name, row-major.</param>
    /// <exception cref="ResearchException">There are no rows.</exception>
    public DoubleOperations(int rows, IReadOnlyDictionary<string, double[]> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (rows < 1) throw new ResearchException($"Expected at least 1 row, got {rows}.");
        _rows = rows;
        _weights = weights;
    }

    /// <inheritdoc/>
    /// <exception cref="ResearchException">There is no such weight, or its size is another.</exception>
    public double[,] Weight(WeightView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (!_weights.TryGetValue(view.Weight.Name, out double[]? whole))
            throw new ResearchException($"There is no weight '{view.Weight.Name}'; known: {string.Join(", ", _weights.Keys)}.");
        if (whole.Length != view.Weight.Count)
            throw new ResearchException($"Weight '{view.Weight.Name}': expected {view.Weight.Count} numbers, got {whole.Length}.");
        return Fill(view.Rows, view.Columns, (row, column) => whole[(view.FirstRow + row) * view.Weight.Columns + view.FirstColumn + column]);
    }

    /// <inheritdoc/>
    public double[,] Repeat(double[,] row) => Fill(_rows, Columns(row), (_, column) => row[0, column]);

    /// <inheritdoc/>
    public double[,] Dot(double[,] block, double[,] matrix) =>
        Fill(Rows(block), Columns(matrix), (row, column) => Total(Columns(block), k => block[row, k] * matrix[k, column]));

    /// <inheritdoc/>
    public double[,] Elementwise(ElementwiseOperation operation, IReadOnlyList<double[,]> operands, float scalar)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(operands);
        double[,] a = operands[0], b = operands.Count > 1 ? operands[1] : a;
        return Fill(Math.Max(Rows(a), Rows(b)), Columns(a), operands.Count > 1
            ? (row, column) => operation.Mean(At(a, row, column), At(b, row, column), 0)
            : (row, column) => operation.Mean(a[row, column], scalar, 0));
    }

    /// <inheritdoc/>
    public double[,] Softmax(double[,] block)
    {
        // e^x of nothing above 0 cannot overflow.
        double[,] powers = Fill(Rows(block), Columns(block), (row, column) =>
            Operations.Exp.Mean(block[row, column] - Enumerable.Range(0, Columns(block)).Max(k => block[row, k]), 0, 0));
        double[,] sums = Sum(powers);
        return Fill(Rows(block), Columns(block), (row, column) => powers[row, column] / sums[row, 0]);
    }

    /// <inheritdoc/>
    public double[,] Sum(double[,] block) => Fill(Rows(block), 1, (row, _) => Total(Columns(block), k => block[row, k]));

    /// <inheritdoc/>
    public double[,] Broadcast(double[,] column, int columns) => Fill(Rows(column), columns, (row, _) => column[row, 0]);

    /// <inheritdoc/>
    public double[,] Slice(double[,] block, int start, int columns) => Fill(Rows(block), columns, (row, column) => block[row, start + column]);

    /// <inheritdoc/>
    public double[,] Concat(IReadOnlyList<double[,]> blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        double[,] whole = new double[Rows(blocks[0]), blocks.Sum(Columns)];
        int start = 0;
        foreach (double[,] block in blocks)
        {
            for (int row = 0; row < Rows(block); row++)
            {
                for (int column = 0; column < Columns(block); column++) whole[row, start + column] = block[row, column];
            }

            start += Columns(block);
        }

        return whole;
    }

    double[,] IGradientOperations<double[,]>.DotTransposed(double[,] block, double[,] matrix) =>
        Fill(Rows(block), Rows(matrix), (row, column) => Total(Columns(block), k => block[row, k] * matrix[column, k]));

    double[,] IGradientOperations<double[,]>.SoftmaxGradient(double[,] gradient, double[,] result) =>
        Fill(Rows(gradient), Columns(gradient), (row, column) => At(result, row, column)
            * (gradient[row, column] - Total(Columns(gradient), k => gradient[row, k] * At(result, row, k))));

    double[,] IGradientOperations<double[,]>.Zero(int columns) => new double[_rows, columns];

    private static int Rows(double[,] value) => value.GetLength(0);

    private static int Columns(double[,] value) => value.GetLength(1);

    /// <summary>An element; one row counts for all.</summary>
    private static double At(double[,] value, int row, int column) => value[Rows(value) == 1 ? 0 : row, column];

    private static double[,] Fill(int rows, int columns, Func<int, int, double> element)
    {
        double[,] result = new double[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++) result[row, column] = element(row, column);
        }

        return result;
    }

    private static double Total(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int k = 0; k < count; k++) sum += term(k);
        return sum;
    }
}
