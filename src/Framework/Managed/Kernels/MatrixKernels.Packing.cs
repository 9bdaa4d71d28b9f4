using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Research.Framework.Managed.Kernels;

internal static unsafe partial class MatrixKernels<TSimd, TVector>
{
    /// <summary>Copies B, a tile's columns after the other, to where the rows of a tile follow each other.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float* packed, float* b, nint bStride, int n, int k)
    {
        // Row by row, as B lies in memory, which costs least where each row is in a page of its own.
        int vectors = (n + TSimd.Lanes - 1) / TSimd.Lanes;
        int tiles = (vectors + TileVectors - 1) / TileVectors;
        int narrow = vectors / tiles, narrowTiles = tiles - (vectors % tiles);
        for (int row = 0; row < k; row++, b += bStride)
        {
            int column = 0;
            for (int tile = 0; tile < tiles; tile++)
            {
                int columns = Math.Min((tile < narrowTiles ? narrow : narrow + 1) * TSimd.Lanes, n - column);
                float* source = b + column;
                float* target = packed + ((nint)column * k) + ((nint)row * columns);
                for (int i = 0; i < columns - TSimd.Lanes; i += TSimd.Lanes) TSimd.Store(target + i, TSimd.Load(source + i));
                TSimd.Store(target + columns - TSimd.Lanes, TSimd.Load(source + columns - TSimd.Lanes));
                column += columns;
            }
        }
    }

    /// <summary>Copies A, tile by tile, to where the numbers of a tile's column follow each other, and its columns too.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PackRows(float* packed, float* a, nint aRowStride, nint aColumnStride, int m, int k)
    {
        for (int tiles = (m + MaximumTileRows - 1) / MaximumTileRows; tiles > 0; tiles--)
        {
            int rows = (m + tiles - 1) / tiles;
            int inFours = aRowStride == 1 ? rows & ~3 : 0;
            float* source = a;
            for (int column = 0; column < k; column++, source += aColumnStride, packed += rows)
            {
                int row = 0;
                for (; row < inFours; row += 4) Vector128.Load(source + row).Store(packed + row);
                for (; row < rows; row++) packed[row] = source[row * aRowStride];
            }
            m -= rows;
            a += rows * aRowStride;
        }
    }
}
