using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Research.Framework.Numerics;

namespace Research.Framework.Engine.Kernels;

/// <summary>Updates of weights, in place.</summary>
internal static unsafe partial class OptimizerKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // Where a gradient stays zero, the moments would sink into denormals, which cost a hundred times as much.
    private const float Negligible = 1e-30f;

    /// <summary>
    /// m = β1 m + (1 - β1) g, v = β2 v + (1 - β2) g², w -= rate · m / (√v + ε), where the rate holds the corrections for
    /// the first steps. Moments below 1e-30 become 0.
    /// </summary>
    /// <param name="w">Weights.</param>
    /// <param name="g">Gradients.</param>
    /// <param name="m">First moments.</param>
    /// <param name="v">Second moments.</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="rate">Learning rate · √(1 - β2^t) / (1 - β1^t).</param>
    /// <param name="beta1">β1.</param>
    /// <param name="beta2">β2.</param>
    /// <param name="epsilon">ε.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adam(float* w, float* g, float* m, float* v, int count, float rate, float beta1, float beta2, float epsilon)
    {
        TVector decay1 = TSimd.Broadcast(beta1), gain1 = TSimd.Broadcast(1f - beta1);
        TVector decay2 = TSimd.Broadcast(beta2), gain2 = TSimd.Broadcast(1f - beta2);
        TVector step = TSimd.Broadcast(rate), offset = TSimd.Broadcast(epsilon);
        for (nint i = 0; i < count; i += TSimd.Lanes)
        {
            TVector gradient = TSimd.Load(g + i);
            TVector first = First(TSimd.Load(m + i), gradient, decay1, gain1);
            TVector second = Second(TSimd.Load(v + i), gradient, decay2, gain2);
            TSimd.Store(m + i, first);
            TSimd.Store(v + i, second);
            TSimd.Store(w + i, Weight(TSimd.Load(w + i), first, second, step, offset));
        }
    }

    /// <summary>
    /// <see cref="Adam"/> for a kernel [k, n] whose gradient Σ a[r, i] · g[r, j], over rows in order, is formed on the way:
    /// its products fill the time that the division takes. The same bits as the product, then <see cref="Adam"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AdamOuter(float* w, float* m, float* v, float* a, nint aRowStride, float* g, nint gRowStride, int rows, int k, int n, float rate, float beta1, float beta2, float epsilon)
    {
        if (n < TSimd.Lanes)
        {
            if (n >= 8)
                OptimizerKernels<Simd256, Vector256<float>>.AdamOuter(w, m, v, a, aRowStride, g, gRowStride, rows, k, n, rate, beta1, beta2, epsilon);
            else if (n >= 4)
                OptimizerKernels<Simd128, Vector128<float>>.AdamOuter(w, m, v, a, aRowStride, g, gRowStride, rows, k, n, rate, beta1, beta2, epsilon);
            else if (n > 0)
                OptimizerKernels<SimdScalar, float>.AdamOuter(w, m, v, a, aRowStride, g, gRowStride, rows, k, n, rate, beta1, beta2, epsilon);
            return;
        }
        TVector decay1 = TSimd.Broadcast(beta1), gain1 = TSimd.Broadcast(1f - beta1);
        TVector decay2 = TSimd.Broadcast(beta2), gain2 = TSimd.Broadcast(1f - beta2);
        TVector step = TSimd.Broadcast(rate), offset = TSimd.Broadcast(epsilon);
        nint last = n - TSimd.Lanes;
        for (int i = 0; i < k; i++, a++, w += n, m += n, v += n)
        {
            // The last vector may overlap the one before it: its old values are read first.
            TVector lastM = TSimd.Load(m + last), lastV = TSimd.Load(v + last), lastW = TSimd.Load(w + last);
            for (nint j = 0; ; j += TSimd.Lanes)
            {
                bool inside = j < last;
                if (!inside) j = last;
                TVector gradient = TSimd.Zero;
                float* left = a;
                float* right = g + j;
                for (int row = rows; row > 0; row--, left += aRowStride, right += gRowStride)
                    gradient = TSimd.FusedMultiplyAdd(TSimd.Broadcast(*left), TSimd.Load(right), gradient);
                TVector first = First(inside ? TSimd.Load(m + j) : lastM, gradient, decay1, gain1);
                TVector second = Second(inside ? TSimd.Load(v + j) : lastV, gradient, decay2, gain2);
                TSimd.Store(m + j, first);
                TSimd.Store(v + j, second);
                TSimd.Store(w + j, Weight(inside ? TSimd.Load(w + j) : lastW, first, second, step, offset));
                if (!inside) break;
            }
        }
    }

    /// <summary>w -= rate · g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sgd(float* w, float* g, int count, float rate)
    {
        TVector step = TSimd.Broadcast(rate);
        for (nint i = 0; i < count; i += TSimd.Lanes)
            TSimd.Store(w + i, TSimd.NegatedFusedMultiplyAdd(step, TSimd.Load(g + i), TSimd.Load(w + i)));
    }

    /// <summary>velocity = momentum · velocity - rate · g, w += velocity. Velocities below 1e-30 become 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SgdMomentum(float* w, float* g, float* velocity, int count, float rate, float momentum)
    {
        TVector step = TSimd.Broadcast(rate), decay = TSimd.Broadcast(momentum);
        for (nint i = 0; i < count; i += TSimd.Lanes)
        {
            TVector speed = TSimd.Multiply(decay, TSimd.Load(velocity + i));
            speed = Flush(TSimd.NegatedFusedMultiplyAdd(step, TSimd.Load(g + i), speed));
            TSimd.Store(velocity + i, speed);
            TSimd.Store(w + i, TSimd.Add(TSimd.Load(w + i), speed));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector First(TVector m, TVector g, TVector decay, TVector gain) =>
        Flush(TSimd.FusedMultiplyAdd(gain, g, TSimd.Multiply(decay, m)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Second(TVector v, TVector g, TVector decay, TVector gain)
    {
        v = TSimd.FusedMultiplyAdd(TSimd.Multiply(gain, g), g, TSimd.Multiply(decay, v));
        return TSimd.AndNot(v, TSimd.LessThan(v, TSimd.Broadcast(Negligible)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Weight(TVector w, TVector m, TVector v, TVector step, TVector offset) =>
        TSimd.Subtract(w, TSimd.Divide(TSimd.Multiply(step, m), TSimd.Add(TSimd.Sqrt(v), offset)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Flush(TVector x)
    {
        TVector size = TSimd.AndNot(x, TSimd.BroadcastBits(unchecked((int)0x80000000)));
        return TSimd.AndNot(x, TSimd.LessThan(size, TSimd.Broadcast(Negligible)));
    }
}
