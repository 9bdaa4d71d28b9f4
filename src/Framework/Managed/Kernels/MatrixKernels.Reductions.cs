using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Research.Framework.Managed.Kernels;

internal static unsafe partial class MatrixKernels<TSimd, TVector>
{
    private const int Group = 4;

    /// <summary>
    /// C[m, k] = init + G[m, n] · W[k, n]ᵀ, for few rows (up to about 8), where a transposed copy of W would not pay. Each
    /// element is summed in 16 lanes and their tree; columns left over after multiples of 16 are the lanes' last
    /// summands, aligned to the end. init is added last; null for none, 0 between rows for a row vector, and it may be C.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyTransposed(float* c, nint cStride, float* init, nint initStride, float* g, nint gStride, float* w, nint wStride, int m, int n, int k)
    {
        const int Lanes = FixedTree.Lanes;
        float* rest = stackalloc float[Lanes];
        float* sums = stackalloc float[2 * Group * Lanes];
        float* padded = stackalloc float[Group * Lanes];
        int whole = n / Lanes * Lanes;
        int left = n - whole;
        for (int row = 0; row < m; row++, g += gStride, c += cStride)
        {
            // The columns left over, behind zeros, so that they meet the last 16 of a row of W.
            if (left > 0)
            {
                Vector512<float>.Zero.Store(rest);
                for (int lane = Lanes - left; lane < Lanes; lane++)
                    rest[lane] = g[n - Lanes + lane];
            }
            int p = 0;
            if (whole > 0)
            {
                for (; p + (2 * Group) <= k; p += 2 * Group)
                    TransposedEight(c + p, init == null ? null : init + p, g, rest, sums, w + (p * wStride), wStride, n);
            }
            for (; p < k; p += Group)
            {
                int count = Math.Min(Group, k - p);
                float* w0 = w + (p * wStride);
                float* w1 = count > 1 ? w0 + wStride : w0;
                float* w2 = count > 2 ? w1 + wStride : w0;
                float* w3 = count > 3 ? w2 + wStride : w0;
                float* end0 = w0 + n - Lanes, end1 = w1 + n - Lanes, end2 = w2 + n - Lanes, end3 = w3 + n - Lanes;
                if (whole == 0)
                {
                    // Rows shorter than 16 cannot be read from their end.
                    for (int lane = 0; lane < Lanes; lane++)
                    {
                        bool inside = lane >= Lanes - left;
                        padded[lane] = inside ? end0[lane] : 0f;
                        padded[lane + Lanes] = inside ? end1[lane] : 0f;
                        padded[lane + (2 * Lanes)] = inside ? end2[lane] : 0f;
                        padded[lane + (3 * Lanes)] = inside ? end3[lane] : 0f;
                    }
                    end0 = padded;
                    end1 = padded + Lanes;
                    end2 = padded + (2 * Lanes);
                    end3 = padded + (3 * Lanes);
                }
                for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
                {
                    TVector s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
                    for (nint j = lane; j < whole; j += Lanes)
                    {
                        TVector x = TSimd.Load(g + j);
                        s0 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w0 + j), s0);
                        s1 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w1 + j), s1);
                        s2 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w2 + j), s2);
                        s3 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w3 + j), s3);
                    }
                    if (left > 0)
                    {
                        TVector x = TSimd.Load(rest + lane);
                        s0 = TSimd.FusedMultiplyAdd(x, TSimd.Load(end0 + lane), s0);
                        s1 = TSimd.FusedMultiplyAdd(x, TSimd.Load(end1 + lane), s1);
                        s2 = TSimd.FusedMultiplyAdd(x, TSimd.Load(end2 + lane), s2);
                        s3 = TSimd.FusedMultiplyAdd(x, TSimd.Load(end3 + lane), s3);
                    }
                    TSimd.Store(sums + lane, s0);
                    TSimd.Store(sums + Lanes + lane, s1);
                    TSimd.Store(sums + (2 * Lanes) + lane, s2);
                    TSimd.Store(sums + (3 * Lanes) + lane, s3);
                }
                Vector128<float> result = FixedTree.SumFour(sums);
                if (count == Group)
                {
                    if (init != null) result += Vector128.Load(init + p);
                    result.Store(c + p);
                }
                else
                {
                    for (int i = 0; i < count; i++)
                        c[p + i] = init != null ? result.GetElement(i) + init[p + i] : result.GetElement(i);
                }
            }
            if (init != null) init += initStride;
        }
    }

    /// <summary>Eight elements of a row, from rows of at least 16: so many chains keep the multipliers busy.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void TransposedEight(float* c, float* init, float* g, float* rest, float* sums, float* w, nint wStride, int n)
    {
        const int Lanes = FixedTree.Lanes;
        float* w1 = w + wStride, w2 = w1 + wStride, w3 = w2 + wStride, w4 = w3 + wStride, w5 = w4 + wStride, w6 = w5 + wStride, w7 = w6 + wStride;
        Vector128<float> low = default, high = default;
        for (int lane = 0; lane < Lanes; lane += TSimd.Lanes)
        {
            TVector s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
            TVector s4 = TSimd.Zero, s5 = TSimd.Zero, s6 = TSimd.Zero, s7 = TSimd.Zero;
            float* source = g;
            nint j = lane, end = n / Lanes * Lanes;
            while (true)
            {
                for (; j < end; j += Lanes)
                {
                    TVector x = TSimd.Load(source + j);
                    s0 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w + j), s0);
                    s1 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w1 + j), s1);
                    s2 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w2 + j), s2);
                    s3 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w3 + j), s3);
                    s4 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w4 + j), s4);
                    s5 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w5 + j), s5);
                    s6 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w6 + j), s6);
                    s7 = TSimd.FusedMultiplyAdd(x, TSimd.Load(w7 + j), s7);
                }
                if (end >= n) break;

                // Once more, for what is left over: the last 16 columns against zeros and the rest.
                end = n;
                j = n - Lanes + lane;
                source = rest - (n - Lanes);
            }
            if (TSimd.Lanes == Lanes)
            {
                low = FixedTree.SumFour(Wide(s0), Wide(s1), Wide(s2), Wide(s3));
                high = FixedTree.SumFour(Wide(s4), Wide(s5), Wide(s6), Wide(s7));
            }
            else
            {
                TSimd.Store(sums + lane, s0);
                TSimd.Store(sums + Lanes + lane, s1);
                TSimd.Store(sums + (2 * Lanes) + lane, s2);
                TSimd.Store(sums + (3 * Lanes) + lane, s3);
                TSimd.Store(sums + (4 * Lanes) + lane, s4);
                TSimd.Store(sums + (5 * Lanes) + lane, s5);
                TSimd.Store(sums + (6 * Lanes) + lane, s6);
                TSimd.Store(sums + (7 * Lanes) + lane, s7);
            }
        }
        if (TSimd.Lanes < Lanes)
        {
            low = FixedTree.SumFour(sums);
            high = FixedTree.SumFour(sums + (Group * Lanes));
        }
        if (init != null)
        {
            low += Vector128.Load(init);
            high += Vector128.Load(init + Group);
        }
        low.Store(c);
        high.Store(c + Group);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Wide(TVector vector) => Unsafe.BitCast<TVector, Vector512<float>>(vector);

    /// <summary>d[columns, rows] = s[rows, columns]ᵀ; the two do not overlap.</summary>
    /// <remarks>
    /// In strips of sixteen rows: rows a power of two apart share a few places of the first cache, so that a line of the
    /// result must be written all at once.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* d, nint ds, float* s, nint ss, int rows, int columns)
    {
        const int Strip = 16;
        int rowsInFours = rows & ~3, columnsInFours = columns & ~3;
        for (int strip = 0; strip < rowsInFours; strip += Strip)
        {
            int count = Math.Min(Strip, rowsInFours - strip);
            float* source = s + (strip * ss);
            float* target = d + strip;
            for (int column = 0; column < columnsInFours; column += 4, source += 4, target += 4 * ds)
            {
                for (int row = 0; row < count; row += 4) TransposeFour(target + row, ds, source + (row * ss), ss);
            }
        }
        for (int row = 0; row < rows; row++)
        {
            for (int column = row < rowsInFours ? columnsInFours : 0; column < columns; column++) d[(column * ds) + row] = s[(row * ss) + column];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeFour(float* d, nint ds, float* s, nint ss)
    {
        Vector128<float> a = Vector128.Load(s), b = Vector128.Load(s + ss), e = Vector128.Load(s + (2 * ss)), f = Vector128.Load(s + (3 * ss));
        Vector128<float> ae = FixedTree.InterleaveLow(a, e), bf = FixedTree.InterleaveLow(b, f);
        FixedTree.InterleaveLow(ae, bf).Store(d);
        FixedTree.InterleaveHigh(ae, bf).Store(d + ds);
        ae = FixedTree.InterleaveHigh(a, e);
        bf = FixedTree.InterleaveHigh(b, f);
        FixedTree.InterleaveLow(ae, bf).Store(d + (2 * ds));
        FixedTree.InterleaveHigh(ae, bf).Store(d + (3 * ds));
    }

    /// <summary>d[j] = g[0, j] + g[1, j] + ..., in this order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ColumnSums(float* d, float* g, nint gStride, int rows, int columns)
    {
        int j = 0;
        for (; j + (4 * TSimd.Lanes) <= columns; j += 4 * TSimd.Lanes)
        {
            TVector s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
            float* source = g + j;
            for (int row = 0; row < rows; row++, source += gStride)
            {
                s0 = TSimd.Add(s0, TSimd.Load(source));
                s1 = TSimd.Add(s1, TSimd.Load(source + TSimd.Lanes));
                s2 = TSimd.Add(s2, TSimd.Load(source + (2 * TSimd.Lanes)));
                s3 = TSimd.Add(s3, TSimd.Load(source + (3 * TSimd.Lanes)));
            }
            TSimd.Store(d + j, s0);
            TSimd.Store(d + j + TSimd.Lanes, s1);
            TSimd.Store(d + j + (2 * TSimd.Lanes), s2);
            TSimd.Store(d + j + (3 * TSimd.Lanes), s3);
        }
        for (; j + TSimd.Lanes <= columns; j += TSimd.Lanes)
        {
            TVector sum = TSimd.Zero;
            float* source = g + j;
            for (int row = 0; row < rows; row++, source += gStride)
                sum = TSimd.Add(sum, TSimd.Load(source));
            TSimd.Store(d + j, sum);
        }
        for (; j < columns; j++)
        {
            float sum = 0f;
            for (int row = 0; row < rows; row++) sum += g[(row * gStride) + j];
            d[j] = sum;
        }
    }
}
