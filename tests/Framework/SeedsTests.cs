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
    [TestCase(7, "shuffle", "3FE1F61AC4121BD9 3FEE6A8F6FFC6E2D 3FE439F85ABD8118")]
    [TestCase(7, "weights/lstm_1/kernel", "3FBBB50163531E10 3FE0000FCD7591C1 3FB77B20ECD7FB30")]
    [TestCase(8, "shuffle", "3FBE347C8C9D24D8 3FD0437980F8FACE 3FCC41A563F0A7B0")]
    public void Stream_FirstNumbers(int root, string name, string expected)
    {
        Random stream = new Seeds(root).Stream(name);
        string actual = string.Join(" ", Enumerable.Range(0, 3).Select(_ => BitConverter.DoubleToUInt64Bits(stream.NextDouble()).ToString("X16", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That(actual, Is.EqualTo(expected));
    }

    // A generator of 32 bits of key gave these two roots the same LSTM kernel.
    [TestCase("weights/lstm_1/kernel", 67958, 84251)]
    public void Stream_TwoRoots_OtherNumbers(string name, int one, int other) => Assert.That(Uniform(new Seeds(one).Stream(name)), Is.Not.EqualTo(Uniform(new Seeds(other).Stream(name))));

    // Of 2^18 streams with keys of 32 bits, 8 pairs would be the same one.
    [Test]
    public void Stream_ManyRoots_NoTwoAlike()
    {
        HashSet<long> starts = [];
        for (int root = 0; root < 1 << 18; root++) Assert.That(starts.Add(new Seeds(root).Stream("shuffle").NextInt64()), Is.True, $"root {root}");
    }

    [Test]
    public void Next_EmptyRange_GivesItsStart()
    {
        Random stream = new Seeds(7).Stream("range");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stream.Next(5, 5), Is.EqualTo(5));
            Assert.That(stream.Next(0), Is.Zero);
            Assert.That(stream.Next(1), Is.Zero);
            Assert.That(stream.NextInt64(-3, -3), Is.EqualTo(-3));
            Assert.That(stream.NextInt64(0), Is.Zero);
        }
    }

    [Test]
    public void Next_TurnedRange_IsRefused()
    {
        Random stream = new Seeds(7).Stream("range");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => stream.Next(6, 5), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => stream.Next(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => stream.NextInt64(6, 5), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => stream.NextInt64(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        }
    }

    [TestCase(int.MinValue, int.MaxValue)]
    [TestCase(-2_000_000_000, 2_000_000_000)]
    [TestCase(-1, int.MaxValue)]
    [TestCase(-3, 4)]
    public void Next_AnyRange_IsUniform(int from, int to)
    {
        Random stream = new Seeds(7).Stream("range");
        double[] places = [.. Enumerable.Range(0, Draws).Select(_ => stream.Next(from, to)).Select(number => ((double)number - from) / ((double)to - from))];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(places, Is.All.InRange(0, 1).And.All.Not.EqualTo(1));
            Assert.That(places.Average(), Is.EqualTo(0.5 * (1 - 1 / ((double)to - from))).Within(5 * Math.Sqrt(1.0 / 12 / Draws)));
            Assert.That(places.Count(place => place < 3.0 / 7), Is.EqualTo(Draws * 3 / 7).Within(5 * Math.Sqrt(Draws * 0.25)));
        }
    }

    [Test]
    public void NextInt64_WholeRange_EveryBitIsEven()
    {
        Random stream = new Seeds(7).Stream("range");
        long[] numbers = [.. Enumerable.Range(0, Draws).Select(_ => stream.NextInt64(long.MinValue, long.MaxValue))];
        for (int bit = 0; bit < 64; bit++)
            Assert.That(numbers.Count(number => (number >> bit & 1) == 1), Is.EqualTo(Draws / 2).Within(5 * Math.Sqrt(Draws * 0.25)), $"bit {bit}");
    }

    [Test]
    public void NextBytes_AnyLength_FillsEveryByte()
    {
        Random stream = new Seeds(7).Stream("bytes");
        for (int length = 0; length < 20; length++)
        {
            byte[] bytes = new byte[length], seen = new byte[length];
            for (int draw = 0; draw < 64; draw++)
            {
                stream.NextBytes(bytes);
                for (int i = 0; i < length; i++) seen[i] |= bytes[i];
            }

            Assert.That(seen, Is.All.EqualTo(255), $"{length} bytes");
        }
    }

    [Test]
    public void NextSingle_IsBelowOne()
    {
        Random stream = new Seeds(7).Stream("singles");
        float[] numbers = [.. Enumerable.Range(0, Draws).Select(_ => stream.NextSingle())];
        Assert.That(numbers, Is.All.InRange(0f, 1f - 1f / (1 << 24)));
        Assert.That(numbers.Average(), Is.EqualTo(0.5).Within(5 * Math.Sqrt(1.0 / 12 / Draws)));
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
