using System.Runtime.CompilerServices;

namespace Research.Framework.Managed.Kernels;

// Counts are multiples of 16 throughout.
internal static unsafe partial class OptimizerKernels<TSimd, TVector>
{
    /// <summary>x += factor · y; x and y may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float* x, float* y, int count, float factor)
    {
        TVector scale = TSimd.Broadcast(factor);
        for (nint i = 0; i < count; i += TSimd.Lanes)
            TSimd.Store(x + i, TSimd.FusedMultiplyAdd(scale, TSimd.Load(y + i), TSimd.Load(x + i)));
    }

    /// <summary>x *= factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* x, int count, float factor)
    {
        TVector scale = TSimd.Broadcast(factor);
        for (nint i = 0; i < count; i += TSimd.Lanes)
            TSimd.Store(x + i, TSimd.Multiply(scale, TSimd.Load(x + i)));
    }

    /// <summary>x is cut to [-limit, limit]; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clip(float* x, int count, float limit)
    {
        TVector high = TSimd.Broadcast(limit), low = TSimd.Broadcast(-limit);
        for (nint i = 0; i < count; i += TSimd.Lanes)
        {
            TVector value = TSimd.Load(x + i);
            value = TSimd.Select(TSimd.LessThan(high, value), high, value);
            TSimd.Store(x + i, TSimd.Select(TSimd.LessThan(value, low), low, value));
        }
    }
}
