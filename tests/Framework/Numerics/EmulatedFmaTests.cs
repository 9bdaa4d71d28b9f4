using System.Runtime.Intrinsics;
using Research.Framework.Numerics;

namespace Research.Framework.Tests.Numerics;

public sealed class EmulatedFmaTests
{
    private static readonly float[] Special = [0, -0f, 1, -1, float.Epsilon, -float.Epsilon, 1.17549435e-38f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1 + 1.1920929e-7f, 16777217f, 0.1f, 3e-23f, -3e-23f];

    [Test]
    public void SpecialNumbers_SameBits()
    {
        foreach (float a in Special)
        {
            foreach (float b in Special)
            {
                foreach (float c in Special) Check(a, b, c);
            }
        }
    }

    [Test]
    public void AnyBits_SameBits()
    {
        Random random = new Seeds(7).Stream("bits");
        for (int i = 0; i < 300_000; i++) Check(Any(random), Any(random), Any(random));
    }

    // Sums that fall between two floats by a last bit far below, where two roundings would go wrong.
    [Test]
    public void NearHalfway_SameBits()
    {
        Random random = new Seeds(7).Stream("halfway");
        for (int i = 0; i < 300_000; i++)
        {
            float a = 1 + random.Next(1 << 12) / 4096f, b = 1 + random.Next(1 << 12) * 1.1920929e-7f;
            float c = MathF.ScaleB(1 + random.Next(1 << 23) * 1.1920929e-7f, random.Next(-60, 60)) * (random.Next(2) == 0 ? 1 : -1);
            Check(a, b, c);
            Check(MathF.ScaleB(a, -70), MathF.ScaleB(b, -70), MathF.ScaleB(c, -100));
            Check(a, b, -(a * b));
        }
    }

    private static float Any(Random random) => BitConverter.Int32BitsToSingle((int)random.NextInt64(int.MinValue, 1L << 31));

    private static void Check(float a, float b, float c)
    {
        float expected = MathF.FusedMultiplyAdd(a, b, c);
        Vector128<float> actual = EmulatedFma.MultiplyAdd(Vector128.Create(a), Vector128.Create(b), Vector128.Create(c));
        for (int lane = 0; lane < 4; lane += 3)
        {
            bool same = float.IsNaN(expected) ? float.IsNaN(actual[lane]) : BitConverter.SingleToInt32Bits(actual[lane]) == BitConverter.SingleToInt32Bits(expected);
            if (!same) Assert.Fail(FormattableString.Invariant($"{a:R} * {b:R} + {c:R}: expected {expected:R}, got {actual[lane]:R}"));
        }
    }
}
