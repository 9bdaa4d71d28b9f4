using Research.Framework.Equations;

namespace Research.Framework.Tests.Models;

public class InitializersTests
{
    private static readonly Initializer[] All =
    [
        .. Initializers.All, Initializers.Constant(0.25f), Initializers.Uniform(0.05f), Initializers.Normal(1, 0.05f),
        Initializers.TruncatedNormal(0, 0.05f), Initializers.ScaledOrthogonal(2), Initializers.ScaledIdentity(0.5f),
    ];

    [TestCaseSource(nameof(All))]
    public void Fill_SameStream_SameBits(Initializer initializer)
    {
        float[] first = Fill(initializer, 12, 20, root: 3);
        Assert.That(Fill(initializer, 12, 20, root: 3), Is.EqualTo(first));
    }

    [Test]
    public void Fill_OtherStream_OtherNumbers([Values("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "orthogonal", "uniform(0.05)", "normal(1, 0.05)")] string name)
    {
        Initializer initializer = All.Single(known => known.Name == name);
        Assert.That(Fill(initializer, 12, 20, root: 4), Is.Not.EqualTo(Fill(initializer, 12, 20, root: 3)));
    }

    // Keras' limits for its own shapes: rows and columns of the whole matrix.
    [TestCase(1, 128, 0.21566554640687682)]
    [TestCase(3, 20, 0.5107539184552492)]
    [TestCase(32, 26, 0.32163376045133846)]
    [TestCase(50, 200, 0.15491933384829668)]
    public void GlorotUniform_KerasLimit(int rows, int columns, double limit)
    {
        float[] weights = Many(Initializers.GlorotUniform, rows, columns);
        Assert.That(weights.Max(Math.Abs), Is.LessThanOrEqualTo((float)limit).And.GreaterThan(0.999 * limit));
    }

    private static IEnumerable<TestCaseData> Scaled()
    {
        foreach ((int rows, int columns) in ((int, int)[])[(1, 128), (32, 128), (200, 100)])
        {
            double average = (rows + columns) / 2.0;
            yield return new(Initializers.GlorotUniform, rows, columns, 1 / average, true);
            yield return new(Initializers.GlorotNormal, rows, columns, 1 / average, false);
            yield return new(Initializers.HeUniform, rows, columns, 2.0 / rows, true);
            yield return new(Initializers.HeNormal, rows, columns, 2.0 / rows, false);
            yield return new(Initializers.LecunUniform, rows, columns, 1.0 / rows, true);
            yield return new(Initializers.LecunNormal, rows, columns, 1.0 / rows, false);
            yield return new(Initializers.Uniform(0.3f), rows, columns, 0.3 * 0.3 / 3, true);
        }
    }

    [TestCaseSource(nameof(Scaled))]
    public void Scaled_BoundAndMoments(Initializer initializer, int rows, int columns, double variance, bool uniform)
    {
        float[] weights = Many(initializer, rows, columns);

        // U(-l, l) has variance l²/3 and fourth moment 9/5 variance². The normal distribution cut off at 2 σ has variance
        // 0.87962566² σ² and fourth moment 0.72769 · 2 σ⁴.
        double bound = uniform ? Math.Sqrt(3 * variance) : 2 * Math.Sqrt(variance) / 0.87962566103423978;
        double fourth = (uniform ? 1.8 : 2.3677) * variance * variance;
        Assert.That(weights.Max(Math.Abs), Is.LessThanOrEqualTo((float)bound).And.GreaterThan(0.99 * bound));
        Assert.That(weights.Average(w => (double)w), Is.EqualTo(0).Within(5 * Math.Sqrt(variance / weights.Length)));
        Assert.That(weights.Average(w => (double)w * w), Is.EqualTo(variance).Within(5 * Math.Sqrt((fourth - variance * variance) / weights.Length)));
        Assert.That(weights.Average(w => (double)w * w * w * w), Is.EqualTo(fourth).Within(0.05 * fourth));
    }

    [Test]
    public void Normal_MeanAndDeviation_TruncatedWithinTwo()
    {
        float[] normal = Many(Initializers.Normal(1, 0.5f), 100, 100), truncated = Many(Initializers.TruncatedNormal(1, 0.5f), 100, 100);
        double count = normal.Length;
        Assert.That(normal.Average(w => (double)w), Is.EqualTo(1).Within(5 * 0.5 / Math.Sqrt(count)));
        Assert.That(normal.Average(w => (w - 1.0) * (w - 1.0)), Is.EqualTo(0.25).Within(5 * 0.25 * Math.Sqrt(2 / count)));
        Assert.That(normal.Max(), Is.GreaterThan(2.5f), "not cut off");
        Assert.That(truncated.Max(w => Math.Abs(w - 1)), Is.LessThanOrEqualTo(1f).And.GreaterThan(0.99f));
        Assert.That(truncated.Average(w => (w - 1.0) * (w - 1.0)), Is.EqualTo(0.25 * 0.7737413).Within(0.005));
    }

    [TestCase(2, 3, 1f, new float[] { 1, 0, 0, 0, 1, 0 })]
    [TestCase(3, 2, 1f, new float[] { 1, 0, 0, 1, 0, 0 })]
    [TestCase(2, 2, 0.5f, new float[] { 0.5f, 0, 0, 0.5f })]
    public void Identity_OnesOnTheDiagonal(int rows, int columns, float gain, float[] expected) =>
        Assert.That(Fill(gain == 1 ? Initializers.Identity : Initializers.ScaledIdentity(gain), rows, columns, root: 7), Is.EqualTo(expected));

    [Test]
    public void ScaledOrthogonal_IsOrthogonalTimesTheGain() =>
        Assert.That(Fill(Initializers.ScaledOrthogonal(2), 6, 4, root: 7), Is.EqualTo(Fill(Initializers.Orthogonal, 6, 4, root: 7).Select(w => 2 * w).ToArray()));

    [Test]
    public void SettingsOutOfRange_AreRefused()
    {
        Action[] wrong =
        [
            () => Initializers.Uniform(0),
            () => Initializers.Normal(float.NaN, 1),
            () => Initializers.Normal(0, -1),
            () => Initializers.TruncatedNormal(0, float.PositiveInfinity),
            () => Initializers.ScaledOrthogonal(0),
            () => Initializers.ScaledIdentity(float.NaN),
        ];
        foreach (Action make in wrong) Assert.That(make, Throws.TypeOf<ResearchException>());
    }

    [TestCase(1, 1)]
    [TestCase(16, 16)]
    [TestCase(50, 200)]
    [TestCase(200, 50)]
    [TestCase(1, 8)]
    [TestCase(8, 1)]
    [TestCase(63, 65)]
    [TestCase(150, 70)]
    [TestCase(200, 200)]
    [TestCase(129, 400)]
    public void Orthogonal_ShortSideIsOrthonormal(int rows, int columns)
    {
        float[] weights = Fill(Initializers.Orthogonal, rows, columns, root: 7);
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        double At(int vector, int element) => rows >= columns ? weights[element * columns + vector] : weights[vector * columns + element];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double product = Enumerable.Range(0, length).Sum(k => At(i, k) * At(j, k));
                Assert.That(product, Is.EqualTo(i == j ? 1 : 0).Within(1e-6), $"vectors {i} and {j}");
            }
        }
    }

    // The last vectors of a square have little left after the projections, and lose digits unless they are projected again.
    [Test]
    public void Orthogonal_ManySquares_AreOrthonormal()
    {
        for (int root = 0; root < 300; root++)
        {
            const int Size = 24;
            float[] weights = Fill(Initializers.Orthogonal, Size, Size, root);
            for (int i = 0; i < Size; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double product = Enumerable.Range(0, Size).Sum(k => (double)weights[i * Size + k] * weights[j * Size + k]);
                    Assert.That(product, Is.EqualTo(i == j ? 1 : 0).Within(1e-6), $"root {root}, vectors {i} and {j}");
                }
            }
        }
    }

    // As Gram-Schmidt has it: the first vector is the first one drawn, and each has the sign of what was drawn.
    [Test]
    public void Orthogonal_KeepsTheSignOfWhatIsDrawn()
    {
        float[] drawn = Fill(Initializers.Normal(0, 1), 1, 8, root: 7), weights = Fill(Initializers.Orthogonal, 1, 8, root: 7);
        double norm = Math.Sqrt(drawn.Sum(number => (double)number * number));
        Assert.That(weights, Is.EqualTo(drawn.Select(number => (float)(number / norm))).Within(1e-6f));
    }

    [TestCase(40, 200)]
    [TestCase(200, 200)]
    public void Orthogonal_Cancelled_EndsInTheMiddle(int rows, int columns)
    {
        using CancellationTokenSource source = new();
        CancellingRandom random = new(new Seeds(7).Stream("weights"), rows * columns / 2, source);
        Assert.That(() => Initializers.Orthogonal.Fill(new float[rows * columns], rows, columns, random, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(random.Drawn, Is.LessThan(4 * rows * columns));
    }

    [Test]
    public void Orthogonal_PrefersNoDirection()
    {
        // Each element of a Haar-distributed n x n matrix has mean 0 and variance 1/n.
        const int Size = 4, Count = 4000;
        float[][] drawn = [.. Enumerable.Range(0, Count).Select(root => Fill(Initializers.Orthogonal, Size, Size, root))];
        for (int element = 0; element < Size * Size; element++)
        {
            Assert.That(drawn.Average(w => (double)w[element]), Is.EqualTo(0).Within(5 * Math.Sqrt(1.0 / Size / Count)), $"mean of element {element}");
            Assert.That(drawn.Average(w => (double)w[element] * w[element]), Is.EqualTo(1.0 / Size).Within(0.03), $"variance of element {element}");
        }
    }

    [Test]
    public void UnitForgetBias_OnesInTheSecondOfFourParts()
    {
        Assert.That(Fill(Initializers.UnitForgetBias, 1, 12, root: 7), Is.EqualTo((float[])[0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]));
        Assert.That(() => Fill(Initializers.UnitForgetBias, 1, 10, root: 7), Throws.TypeOf<ResearchException>().With.Message.Contains("10"));
    }

    [Test]
    public void Constants_FillEveryElement()
    {
        Assert.That(Fill(Initializers.Zeros, 2, 3, root: 7), Is.All.Zero);
        Assert.That(Fill(Initializers.Ones, 2, 3, root: 7), Is.All.EqualTo(1f));
        Assert.That(Fill(Initializers.Constant(-0.5f), 2, 3, root: 7), Is.All.EqualTo(-0.5f));
        Assert.That(() => Initializers.Constant(float.NaN), Throws.TypeOf<ResearchException>());
    }

    [Test]
    public void NormalDraws_Moments()
    {
        const int Count = 200_000;
        NormalDraws normal = new(new Seeds(7).Stream("normal"));
        double[] draws = [.. Enumerable.Range(0, Count).Select(_ => normal.Next())];

        // Var of the sample moments: 1/n, 2/n, 15/n and 96/n.
        Assert.That(draws.Average(), Is.EqualTo(0).Within(5 * Math.Sqrt(1.0 / Count)));
        Assert.That(draws.Average(x => x * x), Is.EqualTo(1).Within(5 * Math.Sqrt(2.0 / Count)));
        Assert.That(draws.Average(x => x * x * x), Is.EqualTo(0).Within(5 * Math.Sqrt(15.0 / Count)));
        Assert.That(draws.Average(x => x * x * x * x), Is.EqualTo(3).Within(5 * Math.Sqrt(96.0 / Count)));
        Assert.That(draws.Zip(draws.Skip(1), (x, y) => x * y).Average(), Is.EqualTo(0).Within(5 * Math.Sqrt(1.0 / Count)), "a pair's two numbers are independent");
    }

    [Test]
    public void NormalDraws_EqualThePolarMethodWithThePlatformsLogarithm()
    {
        NormalDraws normal = new(new Seeds(7).Stream("normal"));
        Random random = new Seeds(7).Stream("normal");
        for (int i = 0; i < 10_000; i++)
        {
            double x, y, square;
            do
            {
                x = 2 * random.NextDouble() - 1;
                y = 2 * random.NextDouble() - 1;
                square = x * x + y * y;
            }
            while (square is 0 or >= 1);

            // Half the logarithm's relative error comes through the root.
            double scale = Math.Sqrt(-2 * Math.Log(square) / square);
            Assert.That(normal.Next(), Is.EqualTo(x * scale).Within(Math.Abs(x * scale) * 1e-15));
            Assert.That(normal.Next(), Is.EqualTo(y * scale).Within(Math.Abs(y * scale) * 1e-15));
        }
    }

    // At least 40 000 numbers, of as many matrices as it takes.
    private static float[] Many(Initializer initializer, int rows, int columns) =>
        [.. Enumerable.Range(0, 40000 / (rows * columns) + 1).SelectMany(root => Fill(initializer, rows, columns, root))];

    /// <summary>Cancels after so many numbers.</summary>
    private sealed class CancellingRandom(Random random, int after, CancellationTokenSource source) : Random
    {
        public int Drawn { get; private set; }

        public override double NextDouble()
        {
            if (++Drawn == after) source.Cancel();
            return random.NextDouble();
        }
    }

    private static float[] Fill(Initializer initializer, int rows, int columns, int root)
    {
        float[] weights = new float[rows * columns];
        Array.Fill(weights, float.NaN);
        initializer.Fill(weights, rows, columns, new Seeds(root).Stream("weights"));
        return weights;
    }
}
