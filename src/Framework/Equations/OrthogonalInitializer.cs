namespace Research.Framework.Equations;

internal sealed class OrthogonalInitializer(string name, double gain) : Initializer
{
    public override string Name => name;

    public override void Fill(Span<float> weights, int rows, int columns, Random random)
    {
        // The long side's vectors, orthonormalised one after the other by modified Gram-Schmidt, twice (once loses
        // digits). Its R has a positive diagonal, which is the sign convention asked for.
        int length = Math.Max(rows, columns), count = Math.Min(rows, columns);
        double[][] basis = new double[count][];
        NormalDraws normal = new(random);
        for (int i = 0; i < count; i++)
        {
            double[] vector = basis[i] = new double[length];
            for (int j = 0; j < length; j++) vector[j] = normal.Next();
            for (int pass = 0; pass < 2; pass++)
            {
                for (int k = 0; k < i; k++)
                {
                    double projection = Product(vector, basis[k]);
                    for (int j = 0; j < length; j++) vector[j] -= projection * basis[k][j];
                }
            }

            double norm = Math.Sqrt(Product(vector, vector));
            for (int j = 0; j < length; j++) vector[j] /= norm;
        }

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                weights[row * columns + column] = (float)(gain * (rows >= columns ? basis[column][row] : basis[row][column]));
        }
    }

    private static double Product(double[] left, double[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++) sum += left[i] * right[i];
        return sum;
    }
}
