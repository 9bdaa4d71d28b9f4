using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Research.Framework.Numerics;

namespace Research.Framework.Engine.Kernels;

// Work within a row, over its features. Sums follow FixedTree.
internal static unsafe partial class ElementwiseKernels<TSimd, TVector>
{
    /// <summary>d = e^(a - max a) / Σ e^(a - max a).</summary>
    [SkipLocalsInit]
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
            Pad(tail, a + whole, left, float.NegativeInfinity);
            TVector highest = TSimd.Broadcast(float.NegativeInfinity);
            for (int i = 0; i < whole; i += TSimd.Lanes)
                highest = Larger(TSimd.Load(a + i), highest);
            for (int i = 0; i < left; i += TSimd.Lanes)
                highest = Larger(TSimd.Load(tail + i), highest);
            TSimd.Store(sums, highest);
            float max = Largest(sums);

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
            Unpad(d + whole, tail, left);
        }
    }

    /// <summary>d = y · (g - Σ g · y), with y the softmax.</summary>
    [SkipLocalsInit]
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
            Pad(tailG, g + whole, left, 0f);
            Pad(tailY, y + whole, left, 0f);
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
            Unpad(d + whole, tailG, left);
        }
    }

    /// <summary>d[rows, 1] = Σ a over a row.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumFeatures(float* d, nint ds, float* a, nint sa, int rows, int columns)
    {
        const int Lanes = FixedTree.Lanes;
        float* tail = stackalloc float[Lanes];
        float* sums = stackalloc float[Lanes];
        int whole = columns / Lanes * Lanes;
        for (; rows > 0; rows--, d += ds, a += sa)
        {
            Pad(tail, a + whole, columns - whole, 0f);
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

    /// <summary>The largest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(float* lanes)
    {
        if (TSimd.Lanes == 1) return *lanes;
        Vector128<float> four = Vector128.Load(lanes);
        for (int i = 4; i < TSimd.Lanes; i += 4)
        {
            Vector128<float> next = Vector128.Load(lanes + i);
            four = Vector128.ConditionalSelect(Vector128.LessThan(four, next), next, four);
        }
        float a = four.GetElement(0), b = four.GetElement(1), c = four.GetElement(2), d = four.GetElement(3);
        a = a < b ? b : a;
        c = c < d ? d : c;
        return a < c ? c : a;
    }

    /// <summary>So many numbers, up to 15, and a value up to 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pad(float* target, float* source, int count, float value)
    {
        Vector128<float> filler = Vector128.Create(value);
        filler.Store(target);
        filler.Store(target + 4);
        filler.Store(target + 8);
        filler.Store(target + 12);
        Unpad(target, source, count);
    }

    /// <summary>Copies up to 15 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Unpad(float* target, float* source, int count)
    {
        int i = 0;
        for (; i + 4 <= count; i += 4) Vector128.Load(source + i).Store(target + i);
        for (; i < count; i++) target[i] = source[i];
    }
}
