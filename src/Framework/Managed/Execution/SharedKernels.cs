using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>Kernels whose columns a team divides.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class SharedKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int BlockColumns = PackedWeight.ColumnsMultiple;

    private readonly Team _team;
    private readonly Action<int, int> _multiply;
    private readonly Action<int, int> _sum;
    private Product _product;

    /// <summary>Kernels of a team.</summary>
    /// <param name="team">The team.</param>
    public SharedKernels(Team team)
    {
        _team = team;
        _multiply = (first, count) => _product.Multiply(first, count);
        _sum = (first, count) => _product.SumColumns(first, count);
    }

    /// <summary>As <see cref="MatrixKernels{TSimd, TVector}.Multiply"/>.</summary>
    public void Multiply(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* b, nint bStride, int m, int n, int k) =>
        Multiply(new Product { C = c, CStride = cStride, Init = init, InitStride = initStride, A = a, ARowStride = aRowStride, AColumnStride = aColumnStride, B = b, BStride = bStride, M = m, N = n, K = k });

    /// <summary>As <see cref="MatrixKernels{TSimd, TVector}.MultiplyPacked"/>.</summary>
    public void MultiplyPacked(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* packed, int m, int n, int k) =>
        Multiply(new Product { C = c, CStride = cStride, Init = init, InitStride = initStride, A = a, ARowStride = aRowStride, AColumnStride = aColumnStride, Packed = packed, M = m, N = n, K = k });

    /// <summary>As <see cref="MatrixKernels{TSimd, TVector}.ColumnSums"/>.</summary>
    public void ColumnSums(float* d, float* g, nint gStride, int rows, int columns)
    {
        _product = new Product { C = d, B = g, BStride = gStride, M = rows, N = columns };
        Share((long)rows * columns * LayerRunner.CostOfElement, _sum);
    }

    private void Multiply(in Product product)
    {
        _product = product;
        Share((long)product.M * product.N * product.K, _multiply);
    }

    private void Share(long cost, Action<int, int> work)
    {
        int blocks = Math.Max(1, _product.N / BlockColumns);
        _team.Share(blocks, cost < LayerRunner.CostWorthSharing ? 1 : Math.Min(2 * _team.Threads, blocks), work);
    }

    private struct Product
    {
        public float* C;
        public nint CStride;
        public float* Init;
        public nint InitStride;
        public float* A;
        public nint ARowStride;
        public nint AColumnStride;
        public float* B;
        public nint BStride;
        public float* Packed;
        public int M;
        public int N;
        public int K;

        public readonly void Multiply(int firstBlock, int blocks)
        {
            (int first, int count) = Columns(firstBlock, blocks);
            float* c = C + first;
            float* init = Init is null ? null : Init + first;
            if (Packed is null) MatrixKernels<TSimd, TVector>.Multiply(c, CStride, init, InitStride, A, ARowStride, AColumnStride, B + first, BStride, M, count, K);
            else MatrixKernels<TSimd, TVector>.MultiplyPacked(c, CStride, init, InitStride, A, ARowStride, AColumnStride, Packed + ((nint)first * K), M, count, K);
        }

        public readonly void SumColumns(int firstBlock, int blocks)
        {
            (int first, int count) = Columns(firstBlock, blocks);
            MatrixKernels<TSimd, TVector>.ColumnSums(C + first, B + first, BStride, M, count);
        }

        // The last block has the columns left over.
        private readonly (int First, int Count) Columns(int firstBlock, int blocks)
        {
            int first = firstBlock * BlockColumns, end = firstBlock + blocks >= N / BlockColumns ? N : first + blocks * BlockColumns;
            return (first, end - first);
        }
    }
}
