using Research.Framework.Managed.Kernels;

namespace Research.Framework.Tests.Kernels;

public sealed unsafe class LossKernelsTests
{
    private delegate void GradientCall(float* d, nint ds, float* p, nint sp, int* classes, float scale, int rows, int columns);

    private delegate double LossCall(float* p, nint sp, int* classes, int rows, int columns);

    [Test]
    public void CrossEntropyGradient_ScaledDifferenceToOneHot()
    {
        int* classes = stackalloc int[] { 2, 0, 25 };
        foreach (GradientCall gradient in Widths.Of<GradientCall>(typeof(LossKernels<,>), "CrossEntropyGradient"))
        {
            float[] values = Memory.Numbers(3 * 27, 1, 0f, 1f);
            using Memory p = new(values), d = new(3 * 26);
            gradient(d.Pointer, 26, p.Pointer, 27, classes, 0.25f, 3, 26);
            for (int row = 0; row < 3; row++)
            {
                for (int column = 0; column < 26; column++)
                {
                    float expected = (values[(row * 27) + column] * 0.25f) - (column == classes[row] ? 0.25f : 0f);
                    Assert.That(d.Span[(row * 26) + column], Is.EqualTo(expected));
                }
            }
            Assert.That(d.GuardsStand);
        }
    }

    [Test]
    public void CrossEntropyLoss_ClipsAsKerasDoes()
    {
        int* classes = stackalloc int[] { 0, 1, 2 };
        foreach (LossCall loss in Widths.Of<LossCall>(typeof(LossKernels<,>), "CrossEntropyLoss"))
        {
            using Memory p = new([0.25f, 0.5f, 0.25f, 1f, 0f, 0f, 0f, 0f, 1f]);
            double sum = loss(p.Pointer, 3, classes, 3, 3);
            Assert.That(sum, Is.EqualTo(Math.Log(4) - Math.Log(1e-7) - Math.Log(1f - 1e-7f)).Within(2e-6));
            Assert.That(loss(p.Pointer, 3, classes, 1, 3), Is.EqualTo(Math.Log(4)).Within(1e-7));
        }
    }

    [Test]
    public void CrossEntropyLoss_NaNStaysNaN()
    {
        int* classes = stackalloc int[] { 0 };
        using Memory p = new([float.NaN]);
        foreach (LossCall loss in Widths.Of<LossCall>(typeof(LossKernels<,>), "CrossEntropyLoss"))
            Assert.That(loss(p.Pointer, 1, classes, 1, 1), Is.NaN);
    }
}
