using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Research.Framework.Numerics;

/// <summary>
/// Elementary functions on vectors, with the same bits at every width and on every machine: polynomials evaluated with
/// explicit fused multiply-adds, in place of the platform's functions. Within 2.5 units in the last place over the whole
/// range, and exact at zeros, infinities, NaN and overflow.
/// </summary>
/// <typeparam name="TSimd">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
[SuppressMessage("Design", "CA1000", Justification = "The width must be a type argument for the compiler to see plain vectors.")]
public static class VectorMath<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // 1.5 · 2^23: adding it rounds to an integer and leaves that integer in the lowest bits.
    private const float Rounder = 12582912f;
    private const int RounderBits = 0x4B400000;
    private const int OneBits = 0x3F800000;
    private const int SignBits = unchecked((int)0x80000000);
    private const int ExponentShift = 23;

    private const float Log2OfE = 1.44269504f;

    // ln 2 in two parts; the first has so few bits that its products with exponents are exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // (e^r - 1 - r) / r² on |r| <= ln 2 / 2, interpolated at Chebyshev nodes: the error is an eighth of a unit in the last place.
    private const float E0 = 0.5f;
    private const float E1 = 0.16666576f;
    private const float E2 = 0.041666552f;
    private const float E3 = 0.0083633335f;
    private const float E4 = 0.0013926376f;

    // (ln(1 + f) - f + f²/2) / f³ on sqrt(1/2) - 1 <= f <= sqrt(2) - 1: Moshier, Cephes mathematical library, logf.
    private const float L0 = 3.3333331174e-1f;
    private const float L1 = -2.4999993993e-1f;
    private const float L2 = 2.0000714765e-1f;
    private const float L3 = -1.6668057665e-1f;
    private const float L4 = 1.4249322787e-1f;
    private const float L5 = -1.2420140846e-1f;
    private const float L6 = 1.1676998740e-1f;
    private const float L7 = -1.1514610310e-1f;
    private const float L8 = 7.0376836292e-2f;

    /// <summary>e to the power x.</summary>
    /// <param name="x">Any numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        // Compare and select, not minimum and maximum, so that NaN stays NaN.
        x = TSimd.Select(TSimd.LessThan(x, TSimd.Broadcast(-104f)), TSimd.Broadcast(-104f), x);
        x = TSimd.Select(TSimd.LessThan(TSimd.Broadcast(89f), x), TSimd.Broadcast(89f), x);
        TVector rounded = TSimd.FusedMultiplyAdd(x, TSimd.Broadcast(Log2OfE), TSimd.Broadcast(Rounder));
        TVector power = TSimd.Add(TSimd.Broadcast(1f), ReducedExpMinusOne(x, rounded));

        // 2^n as two normal factors: n reaches from -150 to 128, and only the last product rounds.
        TVector one = TSimd.BroadcastBits(OneBits);
        TVector half = TSimd.ShiftBitsLeft(TSimd.ShiftBitsRight(rounded, 1), ExponentShift);
        TVector rest = TSimd.SubtractBits(TSimd.ShiftBitsLeft(rounded, ExponentShift), half);
        return TSimd.Multiply(TSimd.Multiply(power, TSimd.AddBits(half, one)), TSimd.AddBits(rest, one));
    }

    /// <summary>e to the power x, for x that is not above 0: the bits of <see cref="Exp"/> in less time.</summary>
    /// <param name="x">Numbers up to 0, or NaN.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpOfNonPositive(TVector x)
    {
        TVector vanishing = TSimd.LessThan(x, TSimd.Broadcast(-104f));
        x = TSimd.Select(vanishing, TSimd.Broadcast(-104f), x);
        TVector rounded = TSimd.FusedMultiplyAdd(x, TSimd.Broadcast(Log2OfE), TSimd.Broadcast(Rounder));
        TVector power = TSimd.Add(TSimd.Broadcast(1f), ReducedExpMinusOne(x, rounded));

        // 2^(n + 64) is normal for every n from -150 to 0; the last product alone rounds. Where that would give 0 it starts
        // from 0: processors take a hundred times as long for a product that underflows.
        TVector scale = TSimd.AddBits(TSimd.ShiftBitsLeft(rounded, ExponentShift), TSimd.BroadcastBits(OneBits + (64 << ExponentShift)));
        scale = TSimd.Select(vanishing, TSimd.Zero, scale);
        return TSimd.Multiply(TSimd.Multiply(power, scale), TSimd.BroadcastBits(OneBits - (64 << ExponentShift)));
    }

    /// <summary>Natural logarithm; -∞ at ±0, NaN below 0.</summary>
    /// <param name="x">Any numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log(TVector x)
    {
        // Denormals are scaled by 2^23 first.
        TVector small = TSimd.LessThan(x, TSimd.BroadcastBits(0x00800000));
        TVector normal = TSimd.Select(small, TSimd.Multiply(x, TSimd.Broadcast(8388608f)), x);

        // x = m · 2^n with m from sqrt(1/2) to sqrt(2).
        TVector steps = TSimd.ShiftBitsRight(TSimd.SubtractBits(normal, TSimd.BroadcastBits(0x3F3504F3)), ExponentShift);
        TVector f = TSimd.Subtract(TSimd.SubtractBits(normal, TSimd.ShiftBitsLeft(steps, ExponentShift)), TSimd.Broadcast(1f));
        TVector n = TSimd.Subtract(TSimd.AddBits(steps, TSimd.BroadcastBits(RounderBits)), TSimd.Broadcast(Rounder));
        n = TSimd.Subtract(n, TSimd.And(small, TSimd.Broadcast(23f)));

        TVector series = TSimd.FusedMultiplyAdd(TSimd.Broadcast(L8), f, TSimd.Broadcast(L7));
        series = TSimd.FusedMultiplyAdd(series, f, TSimd.Broadcast(L6));
        series = TSimd.FusedMultiplyAdd(series, f, TSimd.Broadcast(L5));
        series = TSimd.FusedMultiplyAdd(series, f, TSimd.Broadcast(L4));
        series = TSimd.FusedMultiplyAdd(series, f, TSimd.Broadcast(L3));
        series = TSimd.FusedMultiplyAdd(series, f, TSimd.Broadcast(L2));
        series = TSimd.FusedMultiplyAdd(series, f, TSimd.Broadcast(L1));
        series = TSimd.FusedMultiplyAdd(series, f, TSimd.Broadcast(L0));
        series = TSimd.FusedMultiplyAdd(series, f, TSimd.Broadcast(-0.5f));
        TVector low = TSimd.FusedMultiplyAdd(n, TSimd.Broadcast(Ln2Low), TSimd.Multiply(series, TSimd.Multiply(f, f)));
        TVector result = TSimd.FusedMultiplyAdd(n, TSimd.Broadcast(Ln2High), TSimd.Add(f, low));

        // Infinity and NaN are their own logarithms.
        result = TSimd.Select(TSimd.LessThan(x, TSimd.Broadcast(float.PositiveInfinity)), result, x);
        result = TSimd.Select(TSimd.LessThan(x, TSimd.Zero), TSimd.Broadcast(float.NaN), result);
        return TSimd.Select(TSimd.Equal(x, TSimd.Zero), TSimd.Broadcast(float.NegativeInfinity), result);
    }

    /// <summary>1 / (1 + e to the power -x).</summary>
    /// <param name="x">Any numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x)
    {
        // With z = e^-|x| no digits are lost on either side: 1 / (1 + z), and z / (1 + z) below 0.
        TVector z = ExpOfNonPositive(TSimd.Or(x, TSimd.BroadcastBits(SignBits)));
        TVector numerator = TSimd.Select(TSimd.LessThan(x, TSimd.Zero), z, TSimd.Broadcast(1f));
        return TSimd.Divide(numerator, TSimd.Add(TSimd.Broadcast(1f), z));
    }

    /// <summary>Hyperbolic tangent.</summary>
    /// <param name="x">Any numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        // tanh |x| = e / (e + 2) with e = e^(2|x|) - 1; above 10 it rounds to 1.
        TVector sign = TSimd.BroadcastBits(SignBits);
        TVector twice = TSimd.AndNot(TSimd.Add(x, x), sign);
        twice = TSimd.Select(TSimd.LessThan(TSimd.Broadcast(20f), twice), TSimd.Broadcast(20f), twice);
        TVector rounded = TSimd.FusedMultiplyAdd(twice, TSimd.Broadcast(Log2OfE), TSimd.Broadcast(Rounder));
        TVector reduced = ReducedExpMinusOne(twice, rounded);
        TVector scale = TSimd.AddBits(TSimd.ShiftBitsLeft(rounded, ExponentShift), TSimd.BroadcastBits(OneBits));
        TVector e = TSimd.FusedMultiplyAdd(scale, reduced, TSimd.Subtract(scale, TSimd.Broadcast(1f)));
        TVector result = TSimd.Divide(e, TSimd.Add(e, TSimd.Broadcast(2f)));
        return TSimd.Or(result, TSimd.And(x, sign));
    }

    /// <summary>e^r - 1 for r = x - n ln 2, where <paramref name="rounded"/> is n + <see cref="Rounder"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ReducedExpMinusOne(TVector x, TVector rounded)
    {
        TVector n = TSimd.Subtract(rounded, TSimd.Broadcast(Rounder));
        TVector r = TSimd.NegatedFusedMultiplyAdd(n, TSimd.Broadcast(Ln2High), x);
        r = TSimd.NegatedFusedMultiplyAdd(n, TSimd.Broadcast(Ln2Low), r);

        // Estrin's order: half the latency of Horner's for one more product.
        TVector square = TSimd.Multiply(r, r);
        TVector low = TSimd.FusedMultiplyAdd(TSimd.Broadcast(E1), r, TSimd.Broadcast(E0));
        TVector high = TSimd.FusedMultiplyAdd(TSimd.Broadcast(E3), r, TSimd.Broadcast(E2));
        high = TSimd.FusedMultiplyAdd(TSimd.Broadcast(E4), square, high);
        return TSimd.FusedMultiplyAdd(TSimd.FusedMultiplyAdd(high, square, low), square, r);
    }
}
