namespace Research.Framework.Tests;

public class SeedsTests
{
    private const int Draws = 2000;

    [TestCase(7, "weights/lstm_1/kernel")]
    [TestCase(0, "shuffle")]
    [TestCase(-1, "framer")]
    [TestCase(int.MaxValue, "ä")]
    public void Stream_SameRootAndName_SameNumbers(int root, string name)
    {
        Seeds seeds = new(root);
        double[] first = Uniform(seeds.Stream(name));
        Uniform(seeds.Stream("another component"));
        Assert.That(Uniform(seeds.Stream(name)), Is.EqualTo(first), "each call starts the stream anew, whatever else was drawn");
        Assert.That(Uniform(new Seeds(root).Stream(name)), Is.EqualTo(first));
    }

    [Test]
    public void Stream_RootsAndNames_AllDiffer()
    {
        string[] names = ["shuffle", "framer", "weights/lstm_1/kernel", "weights/lstm_1/bias", "weights/lstm_2/kernel", "weights/kernel/lstm_1", "a", "b", "ab", "ba", "a\0", "Ā"];
        int[] roots = [-2, -1, 0, 1, 2, 7, 256, 65536, int.MinValue, int.MaxValue];
        double[] starts = [.. from root in roots from name in names select new Seeds(root).Stream(name).NextDouble()];
        Assert.That(starts, Is.Unique);
    }

    [Test]
    public void Stream_NeighbouringRoots_AreUncorrelated()
    {
        // The correlation of n independent pairs has a standard deviation of 1/sqrt(n); 5 of them, since 40 are looked at.
        double bound = 5 / Math.Sqrt(Draws);
        for (int root = 0; root < 20; root++)
        {
            Assert.That(Correlation(root, "shuffle", root + 1, "shuffle"), Is.EqualTo(0).Within(bound), $"roots {root} and {root + 1}");
            Assert.That(Correlation(root, "weights/lstm_1/kernel", root, "weights/lstm_2/kernel"), Is.EqualTo(0).Within(bound), $"names of root {root}");
        }
    }

    [Test]
    public void Stream_FirstDrawsOverRoots_AreUniform()
    {
        double[] first = [.. Enumerable.Range(0, Draws).Select(root => new Seeds(root).Stream("weights/lstm_1/kernel").NextDouble())];
        Assert.That(first.Average(), Is.EqualTo(0.5).Within(5 * Math.Sqrt(1.0 / 12 / Draws)));
        for (int decile = 0; decile < 10; decile++)
        {
            int count = first.Count(value => (int)(10 * value) == decile);
            Assert.That(count, Is.EqualTo(Draws / 10).Within(5 * Math.Sqrt(Draws * 0.09)), $"decile {decile}");
        }
    }

    // Every published number depends on these: a change here changes them all.
    [TestCase(7, "shuffle", "3FCF8D6F9E3EC090 3FD7393B5C24E1BE 3FEE05A707BEA8E7")]
    [TestCase(7, "weights/lstm_1/kernel", "3FD232B33C7E23CC 3FDDA1DFBF8E8360 3FE8F032109E3938")]
    [TestCase(8, "shuffle", "3FE24A1F08AC861B 3FEF23EA55A72201 3FE4D93749A772B1")]
    public void Stream_FirstNumbers(int root, string name, string expected)
    {
        Random stream = new Seeds(root).Stream(name);
        string actual = string.Join(" ", Enumerable.Range(0, 3).Select(_ => BitConverter.DoubleToUInt64Bits(stream.NextDouble()).ToString("X16", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void Stream_EmptyName_IsRefused() => Assert.That(() => new Seeds(7).Stream(""), Throws.ArgumentException);

    private static double[] Uniform(Random stream) => [.. Enumerable.Range(0, Draws).Select(_ => stream.NextDouble())];

    private static double Correlation(int leftRoot, string leftName, int rightRoot, string rightName)
    {
        double[] left = Uniform(new Seeds(leftRoot).Stream(leftName)), right = Uniform(new Seeds(rightRoot).Stream(rightName));
        double meanLeft = left.Average(), meanRight = right.Average();
        double both = left.Zip(right, (x, y) => (x - meanLeft) * (y - meanRight)).Sum();
        return both / Math.Sqrt(left.Sum(x => (x - meanLeft) * (x - meanLeft)) * right.Sum(y => (y - meanRight) * (y - meanRight)));
    }
}
