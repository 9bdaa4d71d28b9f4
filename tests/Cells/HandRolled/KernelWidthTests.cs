using Research.Cells.HandRolled;
using Research.Cells.Tests.Conformance;
using Research.Framework.Equations;

namespace Research.Cells.Tests.HandRolled;

/// <summary>The hand-written kernels at every vector width, with rows that the vectors do not divide.</summary>
public sealed class KernelWidthTests
{
    private const float Guard = -12345f;

    [Test]
    public void LstmKernel_GivesTheSameBitsAtEveryWidth([Values(1, 3, 4, 7, 8, 15, 16, 19, 32, 50)] int units, [Values(1, 3)] int rows) =>
        AssertSameBits(units, rows, [4 * units, units], lanes => new LstmKernel(units, lanes));

    [Test]
    public void GruKernel_GivesTheSameBitsAtEveryWidth([Values(1, 3, 4, 7, 8, 15, 16, 19, 32, 50)] int units, [Values(1, 3)] int rows) =>
        AssertSameBits(units, rows, [3 * units, 3 * units, units], lanes => new GruKernel(units, lanes));

    [Test]
    public void Lanes_NeverExceedTheUnits()
    {
        for (int units = 1; units <= 40; units++)
            Assert.That(KernelLanes.For(units), Is.AnyOf(1, 4, 8, 16).And.LessThanOrEqualTo(units));
    }

    private static void AssertSameBits(int units, int rows, int[] inputWidths, Func<int, IFusedKernel> kernel)
    {
        float[][] scalar = Run(kernel(1), rows, inputWidths);
        Assert.That(scalar.SelectMany(block => block.SkipLast(1)), Is.All.Matches<float>(float.IsFinite).And.All.Not.EqualTo(Guard), "all is written");
        foreach (int lanes in new[] { 4, 8, 16 }.Where(lanes => lanes <= units))
            Assert.That(Run(kernel(lanes), rows, inputWidths), Is.EqualTo(scalar), $"{lanes} lanes");
    }

    /// <summary>Outputs, saved values and gradients of the inputs, each with a guard behind it that must stay as it is.</summary>
    private static float[][] Run(IFusedKernel kernel, int rows, int[] inputWidths)
    {
        float[][] inputs = [.. inputWidths.Select((width, i) => Filled($"input {i}", rows * width))];
        float[][] outputs = [.. kernel.OutputWidths.Select(width => Empty(rows * width))];
        float[] saved = Empty(rows * kernel.SavedWidth);
        kernel.Forward(rows, new FusedForward(Blocks(inputs), Blocks(outputs), Blocks([saved])[0]));

        float[][] outputGradients = [.. kernel.OutputWidths.Select((width, i) => Filled($"gradient {i}", rows * width))];
        float[][] inputGradients = [.. inputWidths.Select(width => Empty(rows * width))];
        kernel.Backward(rows, new FusedBackward(Blocks(inputs), Blocks(outputs), Blocks([saved])[0], Blocks(outputGradients), Blocks(inputGradients)));

        float[][] written = [.. outputs, saved, .. inputGradients];
        Assert.That(written.Select(block => block[^1]), Is.All.EqualTo(Guard), "nothing is written behind a block");
        return written;
    }

    private static float[] Filled(string stream, int count)
    {
        float[] block = GC.AllocateUninitializedArray<float>(count, pinned: true);
        Numbers.ToFloat(Numbers.Uniform(stream, count, limit: 3)).CopyTo(block, 0);
        return block;
    }

    private static float[] Empty(int count)
    {
        float[] block = GC.AllocateUninitializedArray<float>(count + 1, pinned: true);
        Array.Fill(block, Guard);
        return block;
    }

    private static unsafe FusedBlock[] Blocks(float[][] pinned) =>
        [.. pinned.Select(block =>
        {
            fixed (float* first = block) return new FusedBlock(first, block.Length);
        })];
}
