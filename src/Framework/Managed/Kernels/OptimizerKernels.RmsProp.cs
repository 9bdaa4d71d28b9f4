using System.Runtime.CompilerServices;

namespace Research.Framework.Managed.Kernels;

// Counts are multiples of 16 throughout.
internal static unsafe partial class OptimizerKernels<TSimd, TVector>
{
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
}
