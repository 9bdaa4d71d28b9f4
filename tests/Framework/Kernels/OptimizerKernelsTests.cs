using Research.Framework.Managed.Kernels;

namespace Research.Framework.Tests.Kernels;

public sealed unsafe class OptimizerKernelsTests
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const float Gain1 = (float)(1 - Beta1);
    private const float Gain2 = (float)(1 - Beta2);
    private const float Epsilon = 1e-7f;

    private delegate void AdamCall(float* w, float* g, float* m, float* v, int count, float rate, float gain1, float gain2, float epsilon);

    private delegate void AdamOuterCall(float* w, float* m, float* v, float* a, nint aRowStride, float* g, nint gRowStride, int rows, int k, int n, float rate, float gain1, float gain2, float epsilon);

    private delegate void SgdCall(float* w, float* g, int count, float rate);

    private delegate void SgdMomentumCall(float* w, float* g, float* velocity, int count, float rate, float momentum);

    private static float Rate(int step) => (float)(0.001 * Math.Sqrt(1 - Math.Pow(Beta2, step)) / (1 - Math.Pow(Beta1, step)));

    [Test]
    public void Adam_FollowsTheFormula()
    {
        const int Count = 4096;
        int[]? bits = null;
        foreach (AdamCall adam in Widths.Of<AdamCall>(typeof(OptimizerKernels<,>), "Adam"))
        {
            using Memory w = new(Memory.Numbers(Count, 1)), m = new(new float[Count]), v = new(new float[Count]);
            double[] weight = [.. w.Span.ToArray().Select(x => (double)x)], first = new double[Count], second = new double[Count];
            for (int step = 1; step <= 50; step++)
            {
                float rate = Rate(step);
                using Memory g = new(Memory.Numbers(Count, (uint)(step + 7)));
                // Gradients of every size.
                for (int i = 0; i < Count; i++) g.Span[i] *= MathF.ScaleB(1, -(i % 80));
                adam(w.Pointer, g.Pointer, m.Pointer, v.Pointer, Count, rate, Gain1, Gain2, Epsilon);
                Assert.That(w.GuardsStand && m.GuardsStand && v.GuardsStand);
                for (int i = 0; i < Count; i++)
                {
                    double gradient = g.Span[i];
                    first[i] = (Beta1 * first[i]) + ((1 - Beta1) * gradient);
                    second[i] = (Beta2 * second[i]) + ((1 - Beta2) * gradient * gradient);
                    if (Math.Abs(first[i]) < 1e-30) first[i] = 0;
                    if (second[i] < 1e-30) second[i] = 0;
                    weight[i] -= rate * first[i] / (Math.Sqrt(second[i]) + Epsilon);
                }
            }
            for (int i = 0; i < Count; i++)
            {
                if (Math.Abs(w.Span[i] - weight[i]) > 3e-6) Assert.Fail($"element {i}: expected {weight[i]}, got {w.Span[i]}");
            }
            bits ??= [.. w.Bits, .. m.Bits, .. v.Bits];
            Assert.That(bits.AsSpan().SequenceEqual([.. w.Bits, .. m.Bits, .. v.Bits]), "bits differ between widths");
        }
    }

    [Test]
    public void Adam_StepIsAccurate()
    {
        // From zero moments and zero weights the step itself is visible to the last place.
        const int Count = 1600;
        foreach (AdamCall adam in Widths.Of<AdamCall>(typeof(OptimizerKernels<,>), "Adam"))
        {
            float[] gradients = Memory.Numbers(Count, 5);
            for (int i = 0; i < Count; i++) gradients[i] *= MathF.ScaleB(1, (i % 90) - 75);
            using Memory w = new(new float[Count]), m = new(new float[Count]), v = new(new float[Count]), g = new(gradients);
            adam(w.Pointer, g.Pointer, m.Pointer, v.Pointer, Count, 0.001f, Gain1, Gain2, Epsilon);
            for (int i = 0; i < Count; i++)
            {
                double exact = -(double)0.001f * m.Span[i] / (Math.Sqrt(v.Span[i]) + Epsilon);
                if (Math.Abs(w.Span[i] - exact) > 4e-7 * Math.Abs(exact)) Assert.Fail($"gradient {gradients[i]:R}: expected {exact:R}, got {w.Span[i]:R}");
            }
        }
    }

    [Test]
    public void Adam_ZeroGradientsLeaveNoDenormals()
    {
        foreach (AdamCall adam in Widths.Of<AdamCall>(typeof(OptimizerKernels<,>), "Adam"))
        {
            using Memory w = new(new float[16]), m = new(new float[16]), v = new(new float[16]), g = new(new float[16]);
            m.Span.Fill(-0.5f);
            v.Span.Fill(1e-20f);
            for (int step = 0; step < 800; step++) adam(w.Pointer, g.Pointer, m.Pointer, v.Pointer, 16, 0.001f, Gain1, Gain2, Epsilon);
            Assert.That(m.Span.ToArray(), Is.All.EqualTo(0f));
            Assert.That(v.Span.ToArray(), Is.All.GreaterThan(0f));
            Assert.That(w.Span.ToArray(), Is.All.GreaterThan(0f));
            for (int step = 0; step < 30000; step++) adam(w.Pointer, g.Pointer, m.Pointer, v.Pointer, 16, 0.001f, Gain1, Gain2, Epsilon);
            Assert.That(v.Span.ToArray(), Is.All.EqualTo(0f));
        }
    }

    [Test]
    public void AdamOuter_IsProductThenAdam()
    {
        var adams = Widths.Of<AdamCall>(typeof(OptimizerKernels<,>), "Adam");
        var outers = Widths.Of<AdamOuterCall>(typeof(OptimizerKernels<,>), "AdamOuter");
        foreach (int rows in new[] { 1, 2, 3, 5, 8 })
        {
            foreach (int k in new[] { 1, 2, 7 })
            {
                for (int n = 1; n <= 70; n++)
                {
                    int count = (k * n + 15) / 16 * 16, aStride = k + 1, gStride = n + 3;
                    using Memory a = new(Memory.Numbers(rows * aStride, 1)), g = new(Memory.Numbers(rows * gStride, 2)), gradient = new(new float[count]);
                    for (int i = 0; i < k; i++)
                    {
                        for (int j = 0; j < n; j++)
                        {
                            float sum = 0;
                            for (int row = 0; row < rows; row++) sum = MathF.FusedMultiplyAdd(a.Span[(row * aStride) + i], g.Span[(row * gStride) + j], sum);
                            gradient.Span[(i * n) + j] = sum;
                        }
                    }
                    float[] start = Memory.Numbers(count, 3), moments = Memory.Numbers(count, 4, 0.001f, 0.1f);
                    start.AsSpan(k * n).Clear();
                    moments.AsSpan(k * n).Clear();
                    using Memory w = new(start), m = new(moments), v = new(moments);
                    adams[0](w.Pointer, gradient.Pointer, m.Pointer, v.Pointer, count, 0.01f, Gain1, Gain2, Epsilon);
                    foreach (AdamOuterCall outer in outers)
                    {
                        using Memory w2 = new(start), m2 = new(moments), v2 = new(moments);
                        outer(w2.Pointer, m2.Pointer, v2.Pointer, a.Pointer, aStride, g.Pointer, gStride, rows, k, n, 0.01f, Gain1, Gain2, Epsilon);
                        if (!w.Span.SequenceEqual(w2.Span) || !m.Span.SequenceEqual(m2.Span) || !v.Span.SequenceEqual(v2.Span))
                            Assert.Fail($"{rows} rows, [{k}, {n}]");
                    }
                }
            }
        }
    }

    [Test]
    public void Sgd_FollowsTheFormula()
    {
        foreach (SgdCall sgd in Widths.Of<SgdCall>(typeof(OptimizerKernels<,>), "Sgd"))
        {
            float[] start = Memory.Numbers(48, 1), gradients = Memory.Numbers(48, 2);
            using Memory w = new(start), g = new(gradients);
            sgd(w.Pointer, g.Pointer, 48, 0.1f);
            for (int i = 0; i < 48; i++) Assert.That(w.Span[i], Is.EqualTo(MathF.FusedMultiplyAdd(-0.1f, gradients[i], start[i])));
        }
    }

    [Test]
    public void SgdMomentum_FollowsTheFormula()
    {
        foreach (SgdMomentumCall sgd in Widths.Of<SgdMomentumCall>(typeof(OptimizerKernels<,>), "SgdMomentum"))
        {
            float[] start = Memory.Numbers(48, 1), gradients = Memory.Numbers(48, 2), speeds = Memory.Numbers(48, 3);
            using Memory w = new(start), g = new(gradients), velocity = new(speeds);
            sgd(w.Pointer, g.Pointer, velocity.Pointer, 48, 0.1f, 0.9f);
            for (int i = 0; i < 48; i++)
            {
                float speed = MathF.FusedMultiplyAdd(-0.1f, gradients[i], 0.9f * speeds[i]);
                Assert.That(velocity.Span[i], Is.EqualTo(speed));
                Assert.That(w.Span[i], Is.EqualTo(start[i] + speed));
            }
        }
    }
}
