using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>A copy of a weight, or of a part of it or its transpose, in the order in which a product of many steps reads it.</summary>
/// <param name="slot">The weight.</param>
/// <param name="source">What is copied.</param>
/// <param name="rows">Its rows.</param>
/// <param name="columns">Its columns, a multiple of <see cref="ColumnsMultiple"/>.</param>
internal sealed unsafe class PackedWeight(WeightSlot slot, Operand source, int rows, int columns)
{
    /// <summary>Columns that every width divides into whole tiles.</summary>
    public const int ColumnsMultiple = 64;

    private readonly PinnedMemory _memory = new((long)rows * columns);
    private int _version = -1;

    /// <summary>Whether a product that runs once a step is faster over such a copy.</summary>
    public static bool Pays(int productRows, int steps, int rows, int columns) =>
        productRows >= 16 && steps > 2 && columns % ColumnsMultiple == 0 && (long)rows * columns > MatrixKernels<SimdScalar, float>.UnblockedSize;

    /// <summary>The copy, renewed where the weight has changed.</summary>
    public float* Current<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        if (_version != slot.Version)
        {
            MatrixKernels<TSimd, TVector>.Pack(_memory.Pointer, source.First, source.RowStride, columns, rows);
            _version = slot.Version;
        }

        return _memory.Pointer;
    }
}
