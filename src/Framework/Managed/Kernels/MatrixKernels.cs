using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Research.Framework.Numerics;
using static Research.Framework.Managed.Kernels.TileSize;

namespace Research.Framework.Managed.Kernels;

/// <summary>
/// Matrix products. Each element of a result is summed in one fixed order, whatever the width, the tile or the block, so
/// that neither the machine nor the batch size shows in the bits. Strides count numbers.
/// </summary>
internal static unsafe partial class MatrixKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Numbers in a B that is used as it is.</summary>
    public const int UnblockedSize = 65536;

    // Rows of B that are worked on at once: a tile's share of them stays in the first cache while rows of A pass over it.
    private const int BlockDepth = 512;

    // The same where B is not packed, and each of these rows is in a page of its own.
    private const int ScatteredBlockDepth = 256;

    // Rows of A that are worked on at once: they and their rows of C stay in the second cache and in the page tables.
    private const int BlockRows = 192;

    // Below this many rows a packed B is not used often enough to pay for the copy.
    private const int PackingRows = 100;

    // The same for a packed A and the columns of B.
    private const int PackingColumns = 256;

    private const int MaximumTileRows = 6;

    // In place of A's column stride: A is packed, see PackRows.
    private const int Interleaved = 0;

    // Vectors across a tile of several rows: six rows of them have room in the registers.
    private static int TileVectors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSimd.Lanes == 16 ? 4 : 2;
    }

    /// <summary>
    /// C[m, n] = init + A[m, k] · B[k, n]. Each element is one chain of fused multiply-adds over k, in increasing order,
    /// from init, or from +0 where init is null. An init whose rows are 0 apart is one row vector; init may be C. A's
    /// element (i, p) is at <paramref name="a"/> + i · <paramref name="aRowStride"/> + p · <paramref name="aColumnStride"/>,
    /// so that a transposed A needs no copy. C overlaps neither A nor B.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* b, nint bStride, int m, int n, int k)
    {
        if (n < TSimd.Lanes)
        {
            MultiplyNarrow(c, cStride, init, initStride, a, aRowStride, aColumnStride, b, bStride, m, n, k);
            return;
        }
        if (m == 1)
        {
            MultiplyColumns(c, cStride, init, initStride, a, aRowStride, aColumnStride, b, bStride, m, n, k, 8, null, 0);
            return;
        }
        if ((long)k * n <= UnblockedSize || m <= MaximumTileRows)
        {
            int tileColumns = m == 2 ? 4 : TileVectors;
            MultiplyColumns(c, cStride, init, initStride, a, aRowStride, aColumnStride, b, bStride, m, n, k, tileColumns, null, 0);
            return;
        }
        MultiplyBlocks(c, cStride, init, initStride, a, aRowStride, aColumnStride, b, bStride, null, m, n, k);
    }

    /// <summary>As <see cref="Multiply"/>, for a whole B that <see cref="Pack"/> has packed, of columns that are a multiple of 64.</summary>
    public static void MultiplyPacked(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* packed, int m, int n, int k) =>
        MultiplyBlocks(c, cStride, init, initStride, a, aRowStride, aColumnStride, null, 0, packed, m, n, k);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyBlocks(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* b, nint bStride, float* packed, int m, int n, int k)
    {
        if (k == 0)
        {
            MultiplyColumns(c, cStride, init, initStride, a, aRowStride, aColumnStride, packed, 0, m, n, 0, TileVectors, null, 0);
            return;
        }
        bool packs = packed == null && m >= PackingRows;
        bool packsRows = aColumnStride != 1 && n >= PackingColumns;
        int blockDepth = packs || packed != null ? BlockDepth : ScatteredBlockDepth;
        int blocks = (k + blockDepth - 1) / blockDepth;
        int deepest = (k + blocks - 1) / blocks;
        int panelSize = packs ? n * deepest : 0;
        float* panels = packs || packsRows ? MatrixScratch.Panel(panelSize + (packsRows ? BlockRows * deepest : 0)) : null;
        float* packedRows = panels + panelSize;
        for (int done = 0; done < k; blocks--)
        {
            int depth = (k - done + blocks - 1) / blocks;
            float* block = packed == null ? null : packed + ((nint)done * TileVectors * TSimd.Lanes);
            int packedDepth = k;
            if (packs)
            {
                Pack(panels, b, bStride, n, depth);
                block = panels;
                packedDepth = depth;
            }
            for (int row = 0; row < m; row += BlockRows)
            {
                int rows = Math.Min(BlockRows, m - row);
                float* left = a + (row * aRowStride);
                nint columnStride = aColumnStride;
                if (packsRows)
                {
                    PackRows(packedRows, left, aRowStride, aColumnStride, rows, depth);
                    left = packedRows;
                    columnStride = Interleaved;
                }
                MultiplyColumns(c + (row * cStride), cStride, init == null ? null : init + (row * initStride), initStride, left, packsRows ? 1 : aRowStride, columnStride, b, bStride, rows, n, depth, TileVectors, block, packedDepth);
            }
            a += depth * aColumnStride;
            b += depth * bStride;
            done += depth;

            // Partial sums rest in C between the blocks.
            init = c;
            initStride = cStride;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MultiplyNarrow(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* b, nint bStride, int m, int n, int k)
    {
        if (n >= 8)
            MatrixKernels<Simd256, Vector256<float>>.Multiply(c, cStride, init, initStride, a, aRowStride, aColumnStride, b, bStride, m, n, k);
        else if (n >= 4)
            MatrixKernels<Simd128, Vector128<float>>.Multiply(c, cStride, init, initStride, a, aRowStride, aColumnStride, b, bStride, m, n, k);
        else if (n > 0)
            MatrixKernels<SimdScalar, float>.Multiply(c, cStride, init, initStride, a, aRowStride, aColumnStride, b, bStride, m, n, k);
    }

    /// <summary>One column of tiles after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyColumns(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* b, nint bStride, int m, int n, int k, int tileColumns, float* packed, int packedDepth)
    {
        // The last vector may overlap the one before it. Tiles are evenly wide, the widest last, so that both are in one
        // tile, which reads all of init before it writes: an init that is C is then added once, not twice.
        int vectors = (n + TSimd.Lanes - 1) / TSimd.Lanes;
        int tiles = (vectors + tileColumns - 1) / tileColumns;
        for (int column = 0; tiles > 0; tiles--)
        {
            int wide = vectors / tiles;
            vectors -= wide;
            nint lastOffset = Math.Min((wide - 1) * TSimd.Lanes, n - column - TSimd.Lanes);
            float* panel = b + column;
            nint panelStride = bStride;
            if (packed != null)
            {
                panel = packed;
                panelStride = lastOffset + TSimd.Lanes;
                packed += panelStride * packedDepth;
            }
            float* cTile = c + column;
            float* initTile = init == null ? null : init + column;
            switch (wide)
            {
                case 1: MultiplyRows<N1>(cTile, cStride, initTile, initStride, a, aRowStride, aColumnStride, panel, panelStride, m, k, lastOffset); break;
                case 2: MultiplyRows<N2>(cTile, cStride, initTile, initStride, a, aRowStride, aColumnStride, panel, panelStride, m, k, lastOffset); break;
                case 3: MultiplyRows<N3>(cTile, cStride, initTile, initStride, a, aRowStride, aColumnStride, panel, panelStride, m, k, lastOffset); break;
                case 4: MultiplyRows<N4>(cTile, cStride, initTile, initStride, a, aRowStride, aColumnStride, panel, panelStride, m, k, lastOffset); break;
                case 5: MultiplyTile<N1, N5>(cTile, cStride, initTile, initStride, a, aRowStride, aColumnStride, panel, panelStride, k, lastOffset); break;
                case 6: MultiplyTile<N1, N6>(cTile, cStride, initTile, initStride, a, aRowStride, aColumnStride, panel, panelStride, k, lastOffset); break;
                case 7: MultiplyTile<N1, N7>(cTile, cStride, initTile, initStride, a, aRowStride, aColumnStride, panel, panelStride, k, lastOffset); break;
                default: MultiplyTile<N1, N8>(cTile, cStride, initTile, initStride, a, aRowStride, aColumnStride, panel, panelStride, k, lastOffset); break;
            }
            column += wide * TSimd.Lanes;
        }
    }

    /// <summary>One tile below the other; rows are split evenly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows<TColumns>(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* b, nint bStride, int m, int k, nint lastOffset)
        where TColumns : struct, ITileSize
    {
        for (int tiles = (m + MaximumTileRows - 1) / MaximumTileRows; tiles > 0; tiles--)
        {
            int rows = (m + tiles - 1) / tiles;
            nint columnStride = aColumnStride == Interleaved ? rows : aColumnStride;
            switch (rows)
            {
                case 1: MultiplyTile<N1, TColumns>(c, cStride, init, initStride, a, aRowStride, columnStride, b, bStride, k, lastOffset); break;
                case 2: MultiplyTile<N2, TColumns>(c, cStride, init, initStride, a, aRowStride, columnStride, b, bStride, k, lastOffset); break;
                case 3: MultiplyTile<N3, TColumns>(c, cStride, init, initStride, a, aRowStride, columnStride, b, bStride, k, lastOffset); break;
                case 4: MultiplyTile<N4, TColumns>(c, cStride, init, initStride, a, aRowStride, columnStride, b, bStride, k, lastOffset); break;
                case 5: MultiplyTile<N5, TColumns>(c, cStride, init, initStride, a, aRowStride, columnStride, b, bStride, k, lastOffset); break;
                default: MultiplyTile<N6, TColumns>(c, cStride, init, initStride, a, aRowStride, columnStride, b, bStride, k, lastOffset); break;
            }
            m -= rows;
            c += rows * cStride;
            if (init != null) init += rows * initStride;
            a += aColumnStride == Interleaved ? rows * k : rows * aRowStride;
        }
    }

    /// <summary>
    /// A tile of C in registers: at most 6 rows of 4 vectors, or 1 row of 8. The last vector is
    /// <paramref name="lastOffset"/> numbers behind the first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTile<TRows, TColumns>(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* b, nint bStride, int k, nint lastOffset)
        where TRows : struct, ITileSize
        where TColumns : struct, ITileSize
    {
        nint o1 = TColumns.Value == 2 ? lastOffset : 1 * TSimd.Lanes;
        nint o2 = TColumns.Value == 3 ? lastOffset : 2 * TSimd.Lanes;
        nint o3 = TColumns.Value == 4 ? lastOffset : 3 * TSimd.Lanes;
        nint o4 = TColumns.Value == 5 ? lastOffset : 4 * TSimd.Lanes;
        nint o5 = TColumns.Value == 6 ? lastOffset : 5 * TSimd.Lanes;
        nint o6 = TColumns.Value == 7 ? lastOffset : 6 * TSimd.Lanes;
        nint o7 = TColumns.Value == 8 ? lastOffset : 7 * TSimd.Lanes;
        TVector c00 = default, c01 = default, c02 = default, c03 = default, c04 = default, c05 = default, c06 = default, c07 = default,
            c10 = default, c11 = default, c12 = default, c13 = default,
            c20 = default, c21 = default, c22 = default, c23 = default,
            c30 = default, c31 = default, c32 = default, c33 = default,
            c40 = default, c41 = default, c42 = default, c43 = default,
            c50 = default, c51 = default, c52 = default, c53 = default;
        if (init != null)
        {
            c00 = TSimd.Load(init);
            if (TColumns.Value > 1) c01 = TSimd.Load(init + o1);
            if (TColumns.Value > 2) c02 = TSimd.Load(init + o2);
            if (TColumns.Value > 3) c03 = TSimd.Load(init + o3);
            if (TColumns.Value > 4) c04 = TSimd.Load(init + o4);
            if (TColumns.Value > 5) c05 = TSimd.Load(init + o5);
            if (TColumns.Value > 6) c06 = TSimd.Load(init + o6);
            if (TColumns.Value > 7) c07 = TSimd.Load(init + o7);
            if (TRows.Value > 1)
            {
                c10 = TSimd.Load(init + initStride);
                if (TColumns.Value > 1) c11 = TSimd.Load(init + initStride + o1);
                if (TColumns.Value > 2) c12 = TSimd.Load(init + initStride + o2);
                if (TColumns.Value > 3) c13 = TSimd.Load(init + initStride + o3);
            }
            if (TRows.Value > 2)
            {
                c20 = TSimd.Load(init + 2 * initStride);
                if (TColumns.Value > 1) c21 = TSimd.Load(init + 2 * initStride + o1);
                if (TColumns.Value > 2) c22 = TSimd.Load(init + 2 * initStride + o2);
                if (TColumns.Value > 3) c23 = TSimd.Load(init + 2 * initStride + o3);
            }
            if (TRows.Value > 3)
            {
                c30 = TSimd.Load(init + 3 * initStride);
                if (TColumns.Value > 1) c31 = TSimd.Load(init + 3 * initStride + o1);
                if (TColumns.Value > 2) c32 = TSimd.Load(init + 3 * initStride + o2);
                if (TColumns.Value > 3) c33 = TSimd.Load(init + 3 * initStride + o3);
            }
            if (TRows.Value > 4)
            {
                c40 = TSimd.Load(init + 4 * initStride);
                if (TColumns.Value > 1) c41 = TSimd.Load(init + 4 * initStride + o1);
                if (TColumns.Value > 2) c42 = TSimd.Load(init + 4 * initStride + o2);
                if (TColumns.Value > 3) c43 = TSimd.Load(init + 4 * initStride + o3);
            }
            if (TRows.Value > 5)
            {
                c50 = TSimd.Load(init + 5 * initStride);
                if (TColumns.Value > 1) c51 = TSimd.Load(init + 5 * initStride + o1);
                if (TColumns.Value > 2) c52 = TSimd.Load(init + 5 * initStride + o2);
                if (TColumns.Value > 3) c53 = TSimd.Load(init + 5 * initStride + o3);
            }
        }

        float* a0 = a;
        float* a1 = a + aRowStride;
        float* a2 = a + 2 * aRowStride;
        float* a3 = a + 3 * aRowStride;
        float* a4 = a + 4 * aRowStride;
        float* a5 = a + 5 * aRowStride;
        nint p = 0;
        for (; k > 0; k--)
        {
            TVector b0 = TSimd.Load(b);
            TVector b1 = TColumns.Value > 1 ? TSimd.Load(b + o1) : b0;
            TVector b2 = TColumns.Value > 2 ? TSimd.Load(b + o2) : b0;
            TVector b3 = TColumns.Value > 3 ? TSimd.Load(b + o3) : b0;
            TVector b4 = TColumns.Value > 4 ? TSimd.Load(b + o4) : b0;
            TVector b5 = TColumns.Value > 5 ? TSimd.Load(b + o5) : b0;
            TVector b6 = TColumns.Value > 6 ? TSimd.Load(b + o6) : b0;
            TVector b7 = TColumns.Value > 7 ? TSimd.Load(b + o7) : b0;
            b += bStride;
            TVector x = TSimd.Broadcast(a0[p]);
            c00 = TSimd.FusedMultiplyAdd(x, b0, c00);
            if (TColumns.Value > 1) c01 = TSimd.FusedMultiplyAdd(x, b1, c01);
            if (TColumns.Value > 2) c02 = TSimd.FusedMultiplyAdd(x, b2, c02);
            if (TColumns.Value > 3) c03 = TSimd.FusedMultiplyAdd(x, b3, c03);
            if (TColumns.Value > 4) c04 = TSimd.FusedMultiplyAdd(x, b4, c04);
            if (TColumns.Value > 5) c05 = TSimd.FusedMultiplyAdd(x, b5, c05);
            if (TColumns.Value > 6) c06 = TSimd.FusedMultiplyAdd(x, b6, c06);
            if (TColumns.Value > 7) c07 = TSimd.FusedMultiplyAdd(x, b7, c07);
            if (TRows.Value > 1)
            {
                x = TSimd.Broadcast(a1[p]);
                c10 = TSimd.FusedMultiplyAdd(x, b0, c10);
                if (TColumns.Value > 1) c11 = TSimd.FusedMultiplyAdd(x, b1, c11);
                if (TColumns.Value > 2) c12 = TSimd.FusedMultiplyAdd(x, b2, c12);
                if (TColumns.Value > 3) c13 = TSimd.FusedMultiplyAdd(x, b3, c13);
            }
            if (TRows.Value > 2)
            {
                x = TSimd.Broadcast(a2[p]);
                c20 = TSimd.FusedMultiplyAdd(x, b0, c20);
                if (TColumns.Value > 1) c21 = TSimd.FusedMultiplyAdd(x, b1, c21);
                if (TColumns.Value > 2) c22 = TSimd.FusedMultiplyAdd(x, b2, c22);
                if (TColumns.Value > 3) c23 = TSimd.FusedMultiplyAdd(x, b3, c23);
            }
            if (TRows.Value > 3)
            {
                x = TSimd.Broadcast(a3[p]);
                c30 = TSimd.FusedMultiplyAdd(x, b0, c30);
                if (TColumns.Value > 1) c31 = TSimd.FusedMultiplyAdd(x, b1, c31);
                if (TColumns.Value > 2) c32 = TSimd.FusedMultiplyAdd(x, b2, c32);
                if (TColumns.Value > 3) c33 = TSimd.FusedMultiplyAdd(x, b3, c33);
            }
            if (TRows.Value > 4)
            {
                x = TSimd.Broadcast(a4[p]);
                c40 = TSimd.FusedMultiplyAdd(x, b0, c40);
                if (TColumns.Value > 1) c41 = TSimd.FusedMultiplyAdd(x, b1, c41);
                if (TColumns.Value > 2) c42 = TSimd.FusedMultiplyAdd(x, b2, c42);
                if (TColumns.Value > 3) c43 = TSimd.FusedMultiplyAdd(x, b3, c43);
            }
            if (TRows.Value > 5)
            {
                x = TSimd.Broadcast(a5[p]);
                c50 = TSimd.FusedMultiplyAdd(x, b0, c50);
                if (TColumns.Value > 1) c51 = TSimd.FusedMultiplyAdd(x, b1, c51);
                if (TColumns.Value > 2) c52 = TSimd.FusedMultiplyAdd(x, b2, c52);
                if (TColumns.Value > 3) c53 = TSimd.FusedMultiplyAdd(x, b3, c53);
            }
            p += aColumnStride;
        }

        TSimd.Store(c, c00);
        if (TColumns.Value > 1) TSimd.Store(c + o1, c01);
        if (TColumns.Value > 2) TSimd.Store(c + o2, c02);
        if (TColumns.Value > 3) TSimd.Store(c + o3, c03);
        if (TColumns.Value > 4) TSimd.Store(c + o4, c04);
        if (TColumns.Value > 5) TSimd.Store(c + o5, c05);
        if (TColumns.Value > 6) TSimd.Store(c + o6, c06);
        if (TColumns.Value > 7) TSimd.Store(c + o7, c07);
        if (TRows.Value > 1)
        {
            TSimd.Store(c + cStride, c10);
            if (TColumns.Value > 1) TSimd.Store(c + cStride + o1, c11);
            if (TColumns.Value > 2) TSimd.Store(c + cStride + o2, c12);
            if (TColumns.Value > 3) TSimd.Store(c + cStride + o3, c13);
        }
        if (TRows.Value > 2)
        {
            TSimd.Store(c + 2 * cStride, c20);
            if (TColumns.Value > 1) TSimd.Store(c + 2 * cStride + o1, c21);
            if (TColumns.Value > 2) TSimd.Store(c + 2 * cStride + o2, c22);
            if (TColumns.Value > 3) TSimd.Store(c + 2 * cStride + o3, c23);
        }
        if (TRows.Value > 3)
        {
            TSimd.Store(c + 3 * cStride, c30);
            if (TColumns.Value > 1) TSimd.Store(c + 3 * cStride + o1, c31);
            if (TColumns.Value > 2) TSimd.Store(c + 3 * cStride + o2, c32);
            if (TColumns.Value > 3) TSimd.Store(c + 3 * cStride + o3, c33);
        }
        if (TRows.Value > 4)
        {
            TSimd.Store(c + 4 * cStride, c40);
            if (TColumns.Value > 1) TSimd.Store(c + 4 * cStride + o1, c41);
            if (TColumns.Value > 2) TSimd.Store(c + 4 * cStride + o2, c42);
            if (TColumns.Value > 3) TSimd.Store(c + 4 * cStride + o3, c43);
        }
        if (TRows.Value > 5)
        {
            TSimd.Store(c + 5 * cStride, c50);
            if (TColumns.Value > 1) TSimd.Store(c + 5 * cStride + o1, c51);
            if (TColumns.Value > 2) TSimd.Store(c + 5 * cStride + o2, c52);
            if (TColumns.Value > 3) TSimd.Store(c + 5 * cStride + o3, c53);
        }
    }
}
