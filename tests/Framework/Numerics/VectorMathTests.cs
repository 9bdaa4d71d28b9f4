using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Research.Framework.Numerics;

namespace Research.Framework.Tests.Numerics;

public sealed unsafe class VectorMathTests
{
    private const double AllowedUlps = 2.5;

    // Every 16 floats share a sign and most of their bits; a prime step visits all exponents and endings.
    private const uint GridStep = 1009;

    private static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static float Apply(string name, float x) => name switch
    {
        "Exp" => FloatMath.Exp(x),
        "Log" => FloatMath.Log(x),
        "Sigmoid" => FloatMath.Sigmoid(x),
        _ => FloatMath.Tanh(x),
    };

    private static double Exact(string name, double x) => name switch
    {
        "Exp" => Math.Exp(x),
        "Log" => Math.Log(x),
        "Sigmoid" => Sigmoid(x),
        _ => Math.Tanh(x),
    };

    /// <summary>Distance in units of the last place of the exact result, denormals included.</summary>
    private static double Ulps(float value, double exact)
    {
        float nearest = (float)exact;
        if (value == nearest || (float.IsNaN(value) && double.IsNaN(exact))) return 0;
        if (float.IsNaN(value) || double.IsNaN(exact) || float.IsInfinity(nearest) || float.IsInfinity(value)) return double.PositiveInfinity;
        int exponent = Math.Max(Math.ILogB(exact), -126);
        return Math.Abs(value - exact) / Math.ScaleB(1, exponent - 23);
    }

    [TestCase("Exp")]
    [TestCase("Log")]
    [TestCase("Sigmoid")]
    [TestCase("Tanh")]
    public void WithinBoundOverTheWholeRange(string name)
    {
        double worst = 0;
        float where = 0;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += GridStep)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits);
            double ulps = Ulps(Apply(name, x), Exact(name, x));
            if (ulps > worst) (worst, where) = (ulps, x);
        }
        TestContext.Out.WriteLine($"{name}: worst {worst:F3} ulp at {where:R}");
        Assert.That(worst, Is.LessThanOrEqualTo(AllowedUlps), $"at {where:R}");
    }

    [TestCase("Exp", -110f, 90f)]
    [TestCase("Log", 0.4f, 2.5f)]
    [TestCase("Sigmoid", -110f, 20f)]
    [TestCase("Tanh", -10f, 10f)]
    public void WithinBoundOnADenseGrid(string name, float low, float high)
    {
        double worst = 0;
        float where = 0;
        const int Points = 2_000_000;
        for (int i = 0; i <= Points; i++)
        {
            float x = low + ((high - low) * ((float)i / Points));
            double ulps = Ulps(Apply(name, x), Exact(name, x));
            if (ulps > worst) (worst, where) = (ulps, x);
        }
        TestContext.Out.WriteLine($"{name}: worst {worst:F3} ulp at {where:R}");
        Assert.That(worst, Is.LessThanOrEqualTo(AllowedUlps), $"at {where:R}");
    }

    [TestCase("Exp", 0f, 1f)]
    [TestCase("Exp", -0f, 1f)]
    [TestCase("Exp", float.Epsilon, 1f)]
    [TestCase("Exp", float.PositiveInfinity, float.PositiveInfinity)]
    [TestCase("Exp", float.NegativeInfinity, 0f)]
    [TestCase("Exp", 88.8f, float.PositiveInfinity)]
    [TestCase("Exp", float.MaxValue, float.PositiveInfinity)]
    [TestCase("Exp", -104f, 0f)]
    [TestCase("Exp", float.MinValue, 0f)]
    [TestCase("Exp", -103.5f, float.Epsilon)]
    [TestCase("Exp", float.NaN, float.NaN)]
    [TestCase("Log", 1f, 0f)]
    [TestCase("Log", 0f, float.NegativeInfinity)]
    [TestCase("Log", -0f, float.NegativeInfinity)]
    [TestCase("Log", -1f, float.NaN)]
    [TestCase("Log", -float.Epsilon, float.NaN)]
    [TestCase("Log", float.NegativeInfinity, float.NaN)]
    [TestCase("Log", float.PositiveInfinity, float.PositiveInfinity)]
    [TestCase("Log", float.NaN, float.NaN)]
    [TestCase("Sigmoid", 0f, 0.5f)]
    [TestCase("Sigmoid", -0f, 0.5f)]
    [TestCase("Sigmoid", float.Epsilon, 0.5f)]
    [TestCase("Sigmoid", float.PositiveInfinity, 1f)]
    [TestCase("Sigmoid", float.NegativeInfinity, 0f)]
    [TestCase("Sigmoid", -104f, 0f)]
    [TestCase("Sigmoid", 40f, 1f)]
    [TestCase("Sigmoid", float.NaN, float.NaN)]
    [TestCase("Tanh", 0f, 0f)]
    [TestCase("Tanh", -0f, -0f)]
    [TestCase("Tanh", float.Epsilon, float.Epsilon)]
    [TestCase("Tanh", -1e-40f, -1e-40f)]
    [TestCase("Tanh", 1.1754943E-38f, 1.1754943E-38f)]
    [TestCase("Tanh", 20f, 1f)]
    [TestCase("Tanh", -20f, -1f)]
    [TestCase("Tanh", float.MaxValue, 1f)]
    [TestCase("Tanh", float.PositiveInfinity, 1f)]
    [TestCase("Tanh", float.NegativeInfinity, -1f)]
    [TestCase("Tanh", float.NaN, float.NaN)]
    public void SpecialValues(string name, float x, float expected)
    {
        float result = Apply(name, x);
        if (float.IsNaN(expected)) Assert.That(result, Is.NaN);
        else Assert.That(BitConverter.SingleToInt32Bits(result), Is.EqualTo(BitConverter.SingleToInt32Bits(expected)), $"{result:R}");
    }

    [Test]
    public void NaNOfAnyPayload([Values("Exp", "Log", "Sigmoid", "Tanh")] string name)
    {
        foreach (uint bits in new[] { 0x7FC00000u, 0xFFC00000u, 0x7FC00001u, 0x7FFFFFFFu, 0xFFFFFFFFu, 0x7FC12345u })
            Assert.That(Apply(name, BitConverter.UInt32BitsToSingle(bits)), Is.NaN);
    }

    [Test]
    public void SameBitsAtEveryWidth()
    {
        float* x = stackalloc float[16];
        float* scalar = stackalloc float[4 * 16];
        float* vector = stackalloc float[4 * 16];
        uint bits = 0;
        for (int round = 0; round < 300_000; round++)
        {
            // NaN is left out: its sign is the machine's.
            for (int i = 0; i < 16; bits += 893)
            {
                float value = BitConverter.UInt32BitsToSingle(bits);
                if (!float.IsNaN(value)) x[i++] = value;
            }
            All<SimdScalar, float>(x, scalar);
            All<Simd128, Vector128<float>>(x, vector);
            Compare(x, scalar, vector);
            All<Simd256, Vector256<float>>(x, vector);
            Compare(x, scalar, vector);
            All<Simd512, Vector512<float>>(x, vector);
            Compare(x, scalar, vector);
        }
        Assert.That(bits, Is.Not.Zero);
    }

    [Test]
    public void SameBitsOnEveryMachine()
    {
        // Results of 4 functions on a grid; whoever changes the arithmetic, or finds a machine that differs, sees it here.
        uint hash = 2166136261;
        foreach (string name in new[] { "Exp", "Log", "Sigmoid", "Tanh" })
        {
            for (ulong bits = 0; bits <= uint.MaxValue; bits += 10007)
            {
                float result = Apply(name, BitConverter.UInt32BitsToSingle((uint)bits));
                uint word = float.IsNaN(result) ? 0x7FC00000u : BitConverter.SingleToUInt32Bits(result);
                hash = (hash ^ word) * 16777619;
            }
        }
        Assert.That(hash, Is.EqualTo(MathHash));
    }

    private const uint MathHash = 118572167;

    private static void All<TSimd, TVector>(float* x, float* results)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (int i = 0; i < 16; i += TSimd.Lanes)
        {
            TVector value = TSimd.Load(x + i);
            TSimd.Store(results + i, VectorMath<TSimd, TVector>.Exp(value));
            TSimd.Store(results + 16 + i, VectorMath<TSimd, TVector>.Log(value));
            TSimd.Store(results + 32 + i, VectorMath<TSimd, TVector>.Sigmoid(value));
            TSimd.Store(results + 48 + i, VectorMath<TSimd, TVector>.Tanh(value));
        }
    }

    private static void Compare(float* x, float* expected, float* got)
    {
        ReadOnlySpan<int> left = MemoryMarshal.Cast<float, int>(new ReadOnlySpan<float>(expected, 64));
        ReadOnlySpan<int> right = MemoryMarshal.Cast<float, int>(new ReadOnlySpan<float>(got, 64));
        for (int i = 0; i < 64; i++)
        {
            if (left[i] != right[i] && !(float.IsNaN(expected[i]) && float.IsNaN(got[i])))
                Assert.Fail($"function {i / 16} of {x[i % 16]:R}: {expected[i]:R} and {got[i]:R}");
        }
    }
}
