using System.Runtime.CompilerServices;

namespace Research.Framework.Managed.Kernels;

internal static unsafe partial class MatrixKernels<TSimd, TVector>
{
    /// <summary>d[j] = d[j] + g[0, j] + g[1, j] + …, in this order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddColumnSums(float* d, float* g, nint gStride, int rows, int columns)
    {
        int j = 0;
        for (; j + TSimd.Lanes <= columns; j += TSimd.Lanes)
        {
            TVector sum = TSimd.Load(d + j);
            float* source = g + j;
            for (int row = 0; row < rows; row++, source += gStride) sum = TSimd.Add(sum, TSimd.Load(source));
            TSimd.Store(d + j, sum);
        }

        for (; j < columns; j++)
        {
            float sum = d[j];
            for (int row = 0; row < rows; row++) sum += g[(row * gStride) + j];
            d[j] = sum;
        }
    }
}
