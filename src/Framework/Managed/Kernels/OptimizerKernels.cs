using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Kernels;

/// <summary>Updates of weights, in place.</summary>
internal static unsafe partial class OptimizerKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // Where a gradient stays zero, the moments would sink into denormals, which cost a hundred times as much.
    private const float Negligible = 1e-30f;

    /// <summary>
    /// m += (1 - β1) (g - m), v += (1 - β2) (g² - v), w -= rate · m / (√v + ε), where the rate holds the corrections for
    /// the first steps. Moments below 1e-30 become 0. The gains 1 - β come in as such: from a rounded β they would be off
    /// by up to 1e-5.
    /// </summary>
    /// <param name="w">Weights.</param>
    /// <param name="g">Gradients.</param>
    /// <param name="m">First moments.</param>
    /// <param name="v">Second moments.</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="rate">Learning rate · √(1 - β2^t) / (1 - β1^t).</param>
    /// <param name="gain1">1 - β1.</param>
    /// <param name="gain2">1 - β2.</param>
    /// <param name="epsilon">ε.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adam(float* w, float* g, float* m, float* v, int count, float rate, float gain1, float gain2, float epsilon)
    {
        Settings settings = new(rate, gain1, gain2, epsilon);
        nint last = count - TSimd.Lanes;
        for (nint i = 0; i <= last; i += 2 * TSimd.Lanes)
        {
            // A vector without a partner is its own.
            nint j = i < last ? i + TSimd.Lanes : i;
            Update(w, m, v, i, j, TSimd.Load(g + i), TSimd.Load(g + j), settings);
        }
    }

    /// <summary>
    /// <see cref="Adam"/> for a kernel [k, n] whose gradient Σ a[r, i] · g[r, j], over rows in order, is formed on the way:
    /// its products fill the time that the division takes. The same bits as the product, then <see cref="Adam"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AdamOuter(float* w, float* m, float* v, float* a, nint aRowStride, float* g, nint gRowStride, int rows, int k, int n, float rate, float gain1, float gain2, float epsilon)
    {
        if (n < TSimd.Lanes)
        {
            if (n >= 8)
                OptimizerKernels<Simd256, Vector256<float>>.AdamOuter(w, m, v, a, aRowStride, g, gRowStride, rows, k, n, rate, gain1, gain2, epsilon);
            else if (n >= 4)
                OptimizerKernels<Simd128, Vector128<float>>.AdamOuter(w, m, v, a, aRowStride, g, gRowStride, rows, k, n, rate, gain1, gain2, epsilon);
            else if (n > 0)
                OptimizerKernels<SimdScalar, float>.AdamOuter(w, m, v, a, aRowStride, g, gRowStride, rows, k, n, rate, gain1, gain2, epsilon);
            return;
        }
        Settings settings = new(rate, gain1, gain2, epsilon);
        nint last = n - TSimd.Lanes;
        nint vectors = (n + TSimd.Lanes - 1) / TSimd.Lanes;
        for (int i = 0; i < k; i++, a++, w += n, m += n, v += n)
        {
            // The last vector may overlap the one before it, its partner: both are read before either is written. One
            // without a partner comes first and is its own.
            nint j = 0;
            if ((vectors & 1) != 0)
            {
                TVector gradient = TSimd.Zero;
                float* left = a;
                float* right = g;
                for (int row = rows; row > 0; row--, left += aRowStride, right += gRowStride)
                    gradient = TSimd.FusedMultiplyAdd(TSimd.Broadcast(*left), TSimd.Load(right), gradient);
                Update(w, m, v, 0, 0, gradient, gradient, settings);
                j = TSimd.Lanes;
            }
            for (; j < last; j += 2 * TSimd.Lanes)
            {
                nint second = Math.Min(j + TSimd.Lanes, last);
                TVector gradient0 = TSimd.Zero, gradient1 = TSimd.Zero;
                float* left = a;
                float* right = g;
                for (int row = rows; row > 0; row--, left += aRowStride, right += gRowStride)
                {
                    TVector x = TSimd.Broadcast(*left);
                    gradient0 = TSimd.FusedMultiplyAdd(x, TSimd.Load(right + j), gradient0);
                    gradient1 = TSimd.FusedMultiplyAdd(x, TSimd.Load(right + second), gradient1);
                }
                Update(w, m, v, j, second, gradient0, gradient1, settings);
            }
        }
    }

    /// <summary>As Adam, with the largest v so far in v's place.</summary>
    /// <param name="w">Weights.</param>
    /// <param name="g">Gradients.</param>
    /// <param name="m">First moments.</param>
    /// <param name="v">Second moments.</param>
    /// <param name="largest">The largest second moments so far.</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="rate">Learning rate · √(1 - β2^t) / (1 - β1^t).</param>
    /// <param name="gain1">1 - β1.</param>
    /// <param name="gain2">1 - β2.</param>
    /// <param name="epsilon">ε.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AmsGrad(float* w, float* g, float* m, float* v, float* largest, int count, float rate, float gain1, float gain2, float epsilon)
    {
        TVector firstGain = TSimd.Broadcast(gain1), secondGain = TSimd.Broadcast(gain2);
        TVector step = TSimd.Broadcast(rate), offset = TSimd.Broadcast(epsilon);
        for (nint i = 0; i < count; i += TSimd.Lanes)
        {
            TVector gradient = TSimd.Load(g + i);
            TVector first = Towards(TSimd.Load(m + i), gradient, firstGain);
            TVector second = Towards(TSimd.Load(v + i), TSimd.Multiply(gradient, gradient), secondGain);
            TVector top = TSimd.Load(largest + i);
            top = TSimd.Select(TSimd.LessThan(top, second), second, top);
            TSimd.Store(m + i, first);
            TSimd.Store(v + i, second);
            TSimd.Store(largest + i, top);
            TVector change = TSimd.Divide(TSimd.Multiply(step, first), TSimd.Add(TSimd.Sqrt(top), offset));
            TSimd.Store(w + i, TSimd.Subtract(TSimd.Load(w + i), change));
        }
    }

    /// <summary>
    /// Adam for the vectors at i and j; they may overlap. Two at a time and step by step, because one vector's chain is
    /// too long for the processor to look past it. The root is the processor's, and the quotient is Newton's method on
    /// the multipliers, which would idle otherwise: within 1.5 units in the last place.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update(float* w, float* m, float* v, nint i, nint j, TVector g0, TVector g1, in Settings s)
    {
        TVector m0 = TSimd.Load(m + i), m1 = TSimd.Load(m + j), v0 = TSimd.Load(v + i), v1 = TSimd.Load(v + j);
        m0 = TSimd.FusedMultiplyAdd(s.Gain1, TSimd.Subtract(g0, m0), m0);
        m1 = TSimd.FusedMultiplyAdd(s.Gain1, TSimd.Subtract(g1, m1), m1);
        v0 = TSimd.FusedMultiplyAdd(s.Gain2, TSimd.Subtract(TSimd.Multiply(g0, g0), v0), v0);
        v1 = TSimd.FusedMultiplyAdd(s.Gain2, TSimd.Subtract(TSimd.Multiply(g1, g1), v1), v1);
        TVector w0 = TSimd.Load(w + i), w1 = TSimd.Load(w + j);
        TVector negligible = TSimd.Broadcast(Negligible);
        v0 = TSimd.Select(TSimd.LessThan(v0, negligible), TSimd.Zero, v0);
        v1 = TSimd.Select(TSimd.LessThan(v1, negligible), TSimd.Zero, v1);
        TVector d0 = TSimd.Add(TSimd.Sqrt(v0), s.Epsilon), d1 = TSimd.Add(TSimd.Sqrt(v1), s.Epsilon);
        m0 = Flush(m0);
        m1 = Flush(m1);
        TSimd.Store(m + i, m0);
        TSimd.Store(v + i, v0);
        TSimd.Store(m + j, m1);
        TSimd.Store(v + j, v1);

        // 1/d to 6 %, then to 0.00002; then the quotient and its remainder.
        TVector y0 = TSimd.SubtractBits(s.Seed, d0), y1 = TSimd.SubtractBits(s.Seed, d1);
        TVector one = TSimd.Broadcast(1f);
        TVector e0 = TSimd.NegatedFusedMultiplyAdd(d0, y0, one), e1 = TSimd.NegatedFusedMultiplyAdd(d1, y1, one);
        TVector f0 = TSimd.Multiply(e0, e0), f1 = TSimd.Multiply(e1, e1);
        y0 = TSimd.FusedMultiplyAdd(y0, e0, y0);
        y1 = TSimd.FusedMultiplyAdd(y1, e1, y1);
        y0 = TSimd.FusedMultiplyAdd(y0, f0, y0);
        y1 = TSimd.FusedMultiplyAdd(y1, f1, y1);
        TVector q0 = TSimd.Multiply(m0, y0), q1 = TSimd.Multiply(m1, y1);
        TVector r0 = TSimd.NegatedFusedMultiplyAdd(d0, q0, m0), r1 = TSimd.NegatedFusedMultiplyAdd(d1, q1, m1);
        q0 = TSimd.FusedMultiplyAdd(r0, y0, q0);
        q1 = TSimd.FusedMultiplyAdd(r1, y1, q1);
        TSimd.Store(w + i, TSimd.NegatedFusedMultiplyAdd(s.Rate, q0, w0));
        TSimd.Store(w + j, TSimd.NegatedFusedMultiplyAdd(s.Rate, q1, w1));
    }

    /// <summary>Less a number's bits, the bits of its reciprocal to 6 %. The compiler would negate and add a constant it knows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReciprocalSeed() => 0x7EF311C7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Flush(TVector x)
    {
        TVector size = TSimd.AndNot(x, TSimd.BroadcastBits(unchecked((int)0x80000000)));
        return TSimd.Select(TSimd.LessThan(size, TSimd.Broadcast(Negligible)), TSimd.Zero, x);
    }

    // A step of a running mean: x + gain (target - x), rounded so that x = target stays.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Towards(TVector x, TVector target, TVector gain) =>
        Flush(TSimd.FusedMultiplyAdd(gain, TSimd.Subtract(target, x), x));

    /// <summary>Adam's settings in all lanes.</summary>
    private readonly struct Settings
    {
        public readonly TVector Rate, Gain1, Gain2, Epsilon, Seed;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Settings(float rate, float gain1, float gain2, float epsilon)
        {
            Seed = TSimd.BroadcastBits(ReciprocalSeed()); // First: a call would drive the others out of their registers.
            Rate = TSimd.Broadcast(rate);
            Gain1 = TSimd.Broadcast(gain1);
            Gain2 = TSimd.Broadcast(gain2);
            Epsilon = TSimd.Broadcast(epsilon);
        }
    }
}
