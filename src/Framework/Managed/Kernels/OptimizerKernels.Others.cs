using System.Runtime.CompilerServices;
using Research.Framework.Equations;
using Research.Framework.Objectives;

namespace Research.Framework.Managed.Kernels;

// Counts are multiples of 16 throughout.
internal static unsafe partial class OptimizerKernels<TSimd, TVector>
{
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

    /// <summary>
    /// v += gain · (g² - v), change = rate · g / √(v + ε) or, with ε outside the root, / (√v + ε), w -= change.
    /// </summary>
    /// <param name="w">Weights.</param>
    /// <param name="g">Gradients.</param>
    /// <param name="v">Mean squares.</param>
    /// <param name="mean">Mean gradients, whose squares are taken from v under the root; null for none.</param>
    /// <param name="velocity">The changes: each is momentum times the last one, plus the new one; null for none.</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="gain">1 - ρ.</param>
    /// <param name="momentum">How much of the last change is repeated.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="epsilonOutsideRoot">Where ε goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsProp(float* w, float* g, float* v, float* mean, float* velocity, int count, float rate, float gain, float momentum, float epsilon, bool epsilonOutsideRoot)
    {
        TVector step = TSimd.Broadcast(rate), part = TSimd.Broadcast(gain), decay = TSimd.Broadcast(momentum), offset = TSimd.Broadcast(epsilon);
        for (nint i = 0; i < count; i += TSimd.Lanes)
        {
            TVector gradient = TSimd.Load(g + i);
            TVector square = Towards(TSimd.Load(v + i), TSimd.Multiply(gradient, gradient), part);
            TSimd.Store(v + i, square);
            if (mean != null)
            {
                TVector average = Towards(TSimd.Load(mean + i), gradient, part);
                TSimd.Store(mean + i, average);
                // Never below 0 in exact arithmetic.
                TVector variance = TSimd.NegatedFusedMultiplyAdd(average, average, square);
                square = TSimd.AndNot(variance, TSimd.LessThan(variance, TSimd.Zero));
            }

            TVector size = epsilonOutsideRoot ? TSimd.Add(TSimd.Sqrt(square), offset) : TSimd.Sqrt(TSimd.Add(square, offset));
            TVector change = TSimd.Divide(TSimd.Multiply(step, gradient), size);
            if (velocity != null)
            {
                change = Flush(TSimd.FusedMultiplyAdd(decay, TSimd.Load(velocity + i), change));
                TSimd.Store(velocity + i, change);
            }

            TSimd.Store(w + i, TSimd.Subtract(TSimd.Load(w + i), change));
        }
    }

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

    // A step of a running mean: x + gain (target - x), rounded so that x = target stays.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Towards(TVector x, TVector target, TVector gain) =>
        Flush(TSimd.FusedMultiplyAdd(gain, TSimd.Subtract(target, x), x));
}
