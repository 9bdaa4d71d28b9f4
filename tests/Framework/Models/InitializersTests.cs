using Research.Framework.Models;

namespace Research.Framework.Tests.Models;

public class InitializersTests
{
    private static readonly Initializer[] All =
        [Initializers.Zeros, Initializers.Ones, Initializers.GlorotUniform, Initializers.Orthogonal, Initializers.UnitForgetBias, Initializers.Constant(0.25f)];

    [TestCaseSource(nameof(All))]
    public void Fill_SameStream_SameBits(Initializer initializer)
    {
        float[] first = Fill(initializer, 12, 20, root: 3);
        Assert.That(Fill(initializer, 12, 20, root: 3), Is.EqualTo(first));
    }

    [Test]
    public void Fill_OtherStream_OtherNumbers([Values("glorot_uniform", "orthogonal")] string name)
    {
        Initializer initializer = All.Single(known => known.Name == name);
        Assert.That(Fill(initializer, 12, 20, root: 4), Is.Not.EqualTo(Fill(initializer, 12, 20, root: 3)));
    }

    [TestCase(1, 128)]
    [TestCase(32, 128)]
    [TestCase(200, 100)]
    public void GlorotUniform_BoundAndMoments(int rows, int columns)
    {
        double limit = Math.Sqrt(6.0 / (rows + columns));
        double[] weights = [.. Enumerable.Range(0, 40000 / (rows * columns) + 1).SelectMany(root => Fill(Initializers.GlorotUniform, rows, columns, root)).Select(w => (double)w)];
        double variance = limit * limit / 3;
        Assert.That(weights.Max(Math.Abs), Is.LessThanOrEqualTo((float)limit).And.GreaterThan(0.99 * limit));
        Assert.That(weights.Average(), Is.EqualTo(0).Within(5 * Math.Sqrt(variance / weights.Length)));

        // The fourth moment of U(-l, l) is l^4 / 5, which gives the sample variance its own spread.
        double spread = Math.Sqrt((Math.Pow(limit, 4) / 5 - variance * variance) / weights.Length);
        Assert.That(weights.Average(w => w * w), Is.EqualTo(variance).Within(5 * spread));
    }

    [TestCase(1, 1)]
    [TestCase(16, 16)]
    [TestCase(50, 200)]
    [TestCase(200, 50)]
    [TestCase(1, 8)]
    [TestCase(8, 1)]
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

    private static float[] Fill(Initializer initializer, int rows, int columns, int root)
    {
        float[] weights = new float[rows * columns];
        Array.Fill(weights, float.NaN);
        initializer.Fill(weights, rows, columns, new Seeds(root).Stream("weights"));
        return weights;
    }
}
