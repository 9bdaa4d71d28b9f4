using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Kernels;

// Work within a row, over its features. Sums follow FixedTree; the columns left over after multiples of 16 are the last
// lanes' last summands, aligned to the end, so that they are read and written as the row's last 16 columns.
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
        float* mask = LastLanes(left);
        for (; rows > 0; rows--, d += ds, a += sa)
        {
            TVector highest = TSimd.Broadcast(float.NegativeInfinity);
            for (int i = 0; i < whole; i += TSimd.Lanes)
                highest = Larger(TSimd.Load(a + i), highest);
            if (left > 0)
            {
                ReadTail(tail, a, columns, float.NegativeInfinity);
                for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
                    highest = Larger(TSimd.Load(tail + lane), highest);
            }
            TSimd.Store(sums, highest);
            TVector shift = TSimd.Broadcast(Largest(sums));

            for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
            {
                TVector sum = TSimd.Zero;
                for (int i = lane; i < whole; i += Lanes)
                {
                    TVector power = VectorMath<TSimd, TVector>.ExpOfNonPositive(TSimd.Subtract(TSimd.Load(a + i), shift));
                    TSimd.Store(d + i, power);
                    sum = TSimd.Add(sum, power);
                }
                if (left > 0)
                {
                    TVector power = VectorMath<TSimd, TVector>.ExpOfNonPositive(TSimd.Subtract(TSimd.Load(tail + lane), shift));
                    TSimd.Store(tail + lane, power);
                    sum = TSimd.Add(sum, TSimd.And(TSimd.Load(mask + lane), power));
                }
                TSimd.Store(sums + lane, sum);
            }

            TVector total = TSimd.Broadcast(FixedTree.Sum(sums));
            for (int i = 0; i < whole; i += TSimd.Lanes)
                TSimd.Store(d + i, TSimd.Divide(TSimd.Load(d + i), total));
            if (left > 0)
            {
                for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
                    TSimd.Store(tail + lane, TSimd.Divide(TSimd.Load(tail + lane), total));
                WriteTail(d, tail, columns);
            }
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
        float* mask = LastLanes(left);
        for (; rows > 0; rows--, d += ds, g += sg, y += sy)
        {
            if (left > 0)
            {
                ReadTail(tailG, g, columns, 0f);
                ReadTail(tailY, y, columns, 0f);
            }
            for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
            {
                TVector sum = TSimd.Zero;
                for (int i = lane; i < whole; i += Lanes)
                    sum = TSimd.FusedMultiplyAdd(TSimd.Load(g + i), TSimd.Load(y + i), sum);
                if (left > 0)
                    sum = TSimd.FusedMultiplyAdd(TSimd.Load(tailG + lane), TSimd.And(TSimd.Load(mask + lane), TSimd.Load(tailY + lane)), sum);
                TSimd.Store(sums + lane, sum);
            }

            TVector total = TSimd.Broadcast(FixedTree.Sum(sums));
            for (int i = 0; i < whole; i += TSimd.Lanes)
                TSimd.Store(d + i, TSimd.Multiply(TSimd.Load(y + i), TSimd.Subtract(TSimd.Load(g + i), total)));
            if (left > 0)
            {
                for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
                    TSimd.Store(tailG + lane, TSimd.Multiply(TSimd.Load(tailY + lane), TSimd.Subtract(TSimd.Load(tailG + lane), total)));
                WriteTail(d, tailG, columns);
            }
        }
    }

    /// <summary>d[rows, 1] = Σ a over a row; the two do not overlap.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumFeatures(float* d, nint ds, float* a, nint sa, int rows, int columns)
    {
        const int Lanes = FixedTree.Lanes;
        float* tail = stackalloc float[Lanes];
        float* sums = stackalloc float[Lanes];
        int whole = columns / Lanes * Lanes;
        int left = columns - whole;
        float* mask = LastLanes(left);
        for (; rows > 0; rows--, d += ds, a += sa)
        {
            if (left > 0) ReadTail(tail, a, columns, 0f);
            for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
            {
                TVector sum = TSimd.Zero;
                for (int i = lane; i < whole; i += Lanes)
                    sum = TSimd.Add(sum, TSimd.Load(a + i));
                if (left > 0)
                    sum = TSimd.Add(sum, TSimd.And(TSimd.Load(mask + lane), TSimd.Load(tail + lane)));
                TSimd.Store(sums + lane, sum);
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

    /// <summary>16 lanes' mask: set in so many of the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* LastLanes(int count)
    {
        ReadOnlySpan<int> lanes =
        [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        ];
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(lanes)) + count; // Constant data never move.
    }

    /// <summary>The row's last 16 columns; a shorter row stands at the end, behind fillers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadTail(float* tail, float* row, int columns, float filler)
    {
        const int Lanes = FixedTree.Lanes;
        if (columns >= Lanes)
        {
            for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
                TSimd.Store(tail + lane, TSimd.Load(row + columns - Lanes + lane));
        }
        else
        {
            for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
                TSimd.Store(tail + lane, TSimd.Broadcast(filler));
            for (int i = 0; i < columns; i++)
                tail[Lanes - columns + i] = row[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteTail(float* row, float* tail, int columns)
    {
        const int Lanes = FixedTree.Lanes;
        if (columns >= Lanes)
        {
            for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
                TSimd.Store(row + columns - Lanes + lane, TSimd.Load(tail + lane));
        }
        else
        {
            for (int i = 0; i < columns; i++)
                row[i] = tail[Lanes - columns + i];
        }
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
}
