using Research.Framework;
using Research.Framework.Equations;

namespace Research.Cells.Tests.Conformance;

/// <summary>Numbers for tests: the same in every run.</summary>
internal static class Numbers
{
    /// <summary>Uniform numbers in [-limit, limit), each exactly a float.</summary>
    public static double[] Uniform(string stream, int count, double limit = 1)
    {
        Random random = new Seeds(7).Stream(stream);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) numbers[i] = (float)((2 * random.NextDouble() - 1) * limit);
        return numbers;
    }

    public static double[][] Uniform(string stream, int blocks, int count) =>
        [.. Enumerable.Range(0, blocks).Select(block => Uniform($"{stream}/{block}", count))];

    /// <summary>Weights away from their initializers: no zeros, so that no gradient hides.</summary>
    public static Dictionary<string, double[]> Weights(IEnumerable<WeightDescription> weights) =>
        weights.ToDictionary(weight => weight.Name, weight => Uniform(weight.Name, weight.Count, limit: 0.6));

    public static float[] ToFloat(double[] numbers) => [.. numbers.Select(number => (float)number)];

    /// <summary><c>[rows * columns]</c> as <c>[rows, columns]</c>.</summary>
    public static double[,] Block(double[] numbers, int rows)
    {
        double[,] block = new double[rows, numbers.Length / rows];
        Buffer.BlockCopy(numbers, 0, block, 0, numbers.Length * sizeof(double));
        return block;
    }

    /// <summary><c>[rows, columns]</c> as <c>[rows * columns]</c>.</summary>
    public static double[] Flat(double[,] block)
    {
        double[] numbers = new double[block.Length];
        Buffer.BlockCopy(block, 0, numbers, 0, numbers.Length * sizeof(double));
        return numbers;
    }
}
