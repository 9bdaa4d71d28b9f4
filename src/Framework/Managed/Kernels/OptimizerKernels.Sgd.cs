using System.Runtime.CompilerServices;

namespace Research.Framework.Managed.Kernels;

// Counts are multiples of 16 throughout.
internal static unsafe partial class OptimizerKernels<TSimd, TVector>
{
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

    /// <summary>velocity = momentum · velocity - rate · g, w += momentum · velocity - rate · g. Velocities below 1e-30 become 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SgdNesterov(float* w, float* g, float* velocity, int count, float rate, float momentum)
    {
        TVector step = TSimd.Broadcast(rate), decay = TSimd.Broadcast(momentum);
        for (nint i = 0; i < count; i += TSimd.Lanes)
        {
            TVector gradient = TSimd.Load(g + i);
            TVector speed = TSimd.Multiply(decay, TSimd.Load(velocity + i));
            speed = Flush(TSimd.NegatedFusedMultiplyAdd(step, gradient, speed));
            TSimd.Store(velocity + i, speed);
            TVector change = TSimd.NegatedFusedMultiplyAdd(step, gradient, TSimd.Multiply(decay, speed));
            TSimd.Store(w + i, TSimd.Add(TSimd.Load(w + i), change));
        }
    }
}
