using System.Runtime.CompilerServices;
using Research.Framework.Numerics;

namespace Research.Framework.Engine.Kernels;

// Work within a row, over its features. Sums follow FixedTree.
internal static unsafe partial class ElementwiseKernels<TSimd, TVector>
{
    /// <summary>d = e^(a - max a) / Σ e^(a - max a).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(float* d, nint ds, float* a, nint sa, int rows, int columns)
    {
        const int Lanes = FixedTree.Lanes;
        float* tail = stackalloc float[Lanes];
        float* sums = stackalloc float[Lanes];
        int whole = columns / Lanes * Lanes;
        int left = columns - whole;
        for (; rows > 0; rows--, d += ds, a += sa)
        {
            for (int i = 0; i < Lanes; i++)
                tail[i] = i < left ? a[whole + i] : float.NegativeInfinity;
            TVector highest = TSimd.Broadcast(float.NegativeInfinity);
            for (int i = 0; i < whole; i += TSimd.Lanes)
                highest = Larger(TSimd.Load(a + i), highest);
            for (int i = 0; i < left; i += TSimd.Lanes)
                highest = Larger(TSimd.Load(tail + i), highest);
            TSimd.Store(sums, highest);
            float max = sums[0];
            for (int i = 1; i < TSimd.Lanes; i++)
            {
                if (sums[i] > max) max = sums[i];
            }

            TVector shift = TSimd.Broadcast(max);
            for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
            {
                TVector sum = TSimd.Zero;
                for (int i = lane; i < whole; i += Lanes)
                {
                    TVector power = VectorMath<TSimd, TVector>.ExpOfNonPositive(TSimd.Subtract(TSimd.Load(a + i), shift));
                    TSimd.Store(d + i, power);
                    sum = TSimd.Add(sum, power);
                }
                if (lane < left)
                {
                    TVector power = VectorMath<TSimd, TVector>.ExpOfNonPositive(TSimd.Subtract(TSimd.Load(tail + lane), shift));
                    TSimd.Store(tail + lane, power);
                    sum = TSimd.Add(sum, power);
                }
                TSimd.Store(sums + lane, sum);
            }

            TVector total = TSimd.Broadcast(FixedTree.Sum(sums));
            for (int i = 0; i < whole; i += TSimd.Lanes)
                TSimd.Store(d + i, TSimd.Divide(TSimd.Load(d + i), total));
            for (int i = 0; i < left; i += TSimd.Lanes)
                TSimd.Store(tail + i, TSimd.Divide(TSimd.Load(tail + i), total));
            for (int i = 0; i < left; i++)
                d[whole + i] = tail[i];
        }
    }

    /// <summary>d = y · (g - Σ g · y), with y the softmax.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftmaxGradient(float* d, nint ds, float* g, nint sg, float* y, nint sy, int rows, int columns)
    {
        const int Lanes = FixedTree.Lanes;
        float* tailG = stackalloc float[Lanes];
        float* tailY = stackalloc float[Lanes];
        float* sums = stackalloc float[Lanes];
        int whole = columns / Lanes * Lanes;
        int left = columns - whole;
        for (; rows > 0; rows--, d += ds, g += sg, y += sy)
        {
            Pad(tailG, g + whole, left);
            Pad(tailY, y + whole, left);
            for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
            {
                TVector sum = TSimd.Zero;
                for (int i = lane; i < whole; i += Lanes)
                    sum = TSimd.FusedMultiplyAdd(TSimd.Load(g + i), TSimd.Load(y + i), sum);
                sum = TSimd.FusedMultiplyAdd(TSimd.Load(tailG + lane), TSimd.Load(tailY + lane), sum);
                TSimd.Store(sums + lane, sum);
            }

            TVector total = TSimd.Broadcast(FixedTree.Sum(sums));
            for (int i = 0; i < whole; i += TSimd.Lanes)
                TSimd.Store(d + i, TSimd.Multiply(TSimd.Load(y + i), TSimd.Subtract(TSimd.Load(g + i), total)));
            for (int i = 0; i < left; i += TSimd.Lanes)
                TSimd.Store(tailG + i, TSimd.Multiply(TSimd.Load(tailY + i), TSimd.Subtract(TSimd.Load(tailG + i), total)));
            for (int i = 0; i < left; i++)
                d[whole + i] = tailG[i];
        }
    }

    /// <summary>d[rows, 1] = Σ a over a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumFeatures(float* d, nint ds, float* a, nint sa, int rows, int columns)
    {
        const int Lanes = FixedTree.Lanes;
        float* tail = stackalloc float[Lanes];
        float* sums = stackalloc float[Lanes];
        int whole = columns / Lanes * Lanes;
        for (; rows > 0; rows--, d += ds, a += sa)
        {
            Pad(tail, a + whole, columns - whole);
            for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
            {
                TVector sum = TSimd.Zero;
                for (int i = lane; i < whole; i += Lanes)
                    sum = TSimd.Add(sum, TSimd.Load(a + i));
                TSimd.Store(sums + lane, TSimd.Add(sum, TSimd.Load(tail + lane)));
            }
            *d = FixedTree.Sum(sums);
        }
    }

    /// <summary>d[rows, columns] = a[rows, 1] in every column; the two do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BroadcastFeatures(float* d, nint ds, float* a, nint sa, int rows, int columns)
    {
        for (; rows > 0; rows--, d += ds, a += sa)
            Fill(d, ds, *a, 1, columns);
    }

    /// <summary>The larger of the two, and b where a is NaN; a NaN reaches the result through its own power.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Larger(TVector a, TVector b) => TSimd.Select(TSimd.LessThan(b, a), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pad(float* target, float* source, int count)
    {
        for (int i = 0; i < FixedTree.Lanes; i++)
            target[i] = i < count ? source[i] : 0f;
    }
}
