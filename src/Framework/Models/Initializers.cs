namespace Research.Framework.Models;

/// <summary>Keras' initializers.</summary>
public static class Initializers
{
    /// <summary>All zeros.</summary>
    public static Initializer Zeros { get; } = new ConstantInitializer("zeros", 0f);

    /// <summary>All ones.</summary>
    public static Initializer Ones { get; } = new ConstantInitializer("ones", 1f);

    /// <summary>
    /// U(-l, l) with l = sqrt(6 / (rows + columns)) of the whole matrix (an LSTM kernel counts all four gates). Glorot and
    /// Bengio, <em>Understanding the difficulty of training deep feedforward neural networks</em>, AISTATS 2010.
    /// </summary>
    public static Initializer GlorotUniform { get; } = new GlorotUniformInitializer();

    /// <summary>
    /// A matrix with orthonormal columns (rows, where it is wide): Q of a normal matrix times the signs of R's diagonal.
    /// Saxe, McClelland and Ganguli, <em>Exact solutions to the nonlinear dynamics of learning in deep linear neural
    /// networks</em>, ICLR 2014.
    /// </summary>
    public static Initializer Orthogonal { get; } = new OrthogonalInitializer();

    /// <summary>
    /// Zeros, with ones in the second of four parts: the forget gate of an LSTM bias <c>[4 units]</c>, gates in the order
    /// i, f, c, o. Jozefowicz, Zaremba and Sutskever, <em>An empirical exploration of recurrent network
    /// architectures</em>, ICML 2015.
    /// </summary>
    public static Initializer UnitForgetBias { get; } = new UnitForgetBiasInitializer();

    /// <summary>U(-limit, limit).</summary>
    /// <param name="limit">Above 0.</param>
    public static Initializer Uniform(float limit) =>
        float.IsFinite(limit) && limit > 0
            ? new UniformInitializer(limit)
            : throw new ResearchException($"Uniform initializer: expected a limit above 0, got {limit}.");

    /// <summary>Every element the same.</summary>
    /// <param name="value">A finite number.</param>
    public static Initializer Constant(float value) =>
        float.IsFinite(value)
            ? new ConstantInitializer(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"constant({value})"), value)
            : throw new ResearchException($"Constant initializer: expected a finite number, got {value}.");

    private sealed class ConstantInitializer(string name, float value) : Initializer
    {
        public override string Name => name;

        public override void Fill(Span<float> weights, int rows, int columns, Random random) => weights.Fill(value);
    }

    private sealed class UniformInitializer(float limit) : Initializer
    {
        public override string Name => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"uniform({limit})");

        public override void Fill(Span<float> weights, int rows, int columns, Random random)
        {
            for (int i = 0; i < weights.Length; i++) weights[i] = (float)((2 * random.NextDouble() - 1) * limit);
        }
    }

    private sealed class GlorotUniformInitializer : Initializer
    {
        public override string Name => "glorot_uniform";

        public override void Fill(Span<float> weights, int rows, int columns, Random random)
        {
            double limit = Math.Sqrt(6.0 / (rows + columns));
            for (int i = 0; i < weights.Length; i++)
                weights[i] = (float)((2 * random.NextDouble() - 1) * limit);
        }
    }

    private sealed class UnitForgetBiasInitializer : Initializer
    {
        public override string Name => "unit_forget_bias";

        public override void Fill(Span<float> weights, int rows, int columns, Random random)
        {
            if (columns % 4 != 0)
                throw new ResearchException($"unit_forget_bias: expected a width of four gates (a multiple of 4), got {columns}.");
            weights.Clear();
            for (int row = 0; row < rows; row++)
                weights.Slice(row * columns + columns / 4, columns / 4).Fill(1f);
        }
    }

    private sealed class OrthogonalInitializer : Initializer
    {
        public override string Name => "orthogonal";

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
                    weights[row * columns + column] = (float)(rows >= columns ? basis[column][row] : basis[row][column]);
            }
        }

        private static double Product(double[] left, double[] right)
        {
            double sum = 0;
            for (int i = 0; i < left.Length; i++) sum += left[i] * right[i];
            return sum;
        }
    }
}
