using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Research.Framework.Numerics;
using static Research.Framework.Managed.Kernels.ElementwiseOperations;

namespace Research.Framework.Managed.Kernels;

/// <summary>
/// Element-wise work on blocks of rows × columns: destination first, each block with the distance between its rows in
/// numbers. A source whose rows are 0 apart is one row vector for all rows. The destination is either one of the
/// sources, with the same distance, or touches none of them.
/// </summary>
/// <remarks>The commonest call has one row and 32 columns: what counts is the cost of a call.</remarks>
internal static unsafe partial class ElementwiseKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>d = value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(float* d, nint ds, float value, int rows, int columns)
    {
        for (; rows > 0; rows--, d += ds)
            new Span<float>(d, columns).Fill(value);
    }

    /// <summary>d = operation(a, s), row by row, or in one run where rows follow each other without gaps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unary<TOperation>(float* d, nint ds, float* a, nint sa, float s, int rows, int columns)
        where TOperation : struct, IUnaryOperation
    {
        nint count = columns;
        if (rows > 1 && ds == columns && sa == columns)
        {
            count *= rows;
            rows = 1;
        }
        for (; rows > 0; rows--, d += ds, a += sa)
            UnaryRun<TOperation>(d, a, s, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UnaryRun<TOperation>(float* d, float* a, float s, nint count)
        where TOperation : struct, IUnaryOperation
    {
        nint last = count - TSimd.Lanes;
        if (last >= 0)
        {
            // The last vector may overlap the one before it. Its operands are read before anything is written, so that
            // writing over an operand is right, too.
            TVector scalar = TSimd.Broadcast(s);
            TVector lastA = TSimd.Load(a + last);
            for (nint i = 0; i < last; i += TSimd.Lanes)
                TSimd.Store(d + i, TOperation.Apply<TSimd, TVector>(TSimd.Load(a + i), scalar));
            TSimd.Store(d + last, TOperation.Apply<TSimd, TVector>(lastA, scalar));
        }
        else if (TSimd.Lanes > 8 && count >= 8)
            ElementwiseKernels<Simd256, Vector256<float>>.UnaryNarrow<TOperation>(d, a, s, count);
        else if (TSimd.Lanes > 4 && count >= 4)
            ElementwiseKernels<Simd128, Vector128<float>>.UnaryNarrow<TOperation>(d, a, s, count);
        else if (count > 0)
            ElementwiseKernels<SimdScalar, float>.UnaryNarrow<TOperation>(d, a, s, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void UnaryNarrow<TOperation>(float* d, float* a, float s, nint count)
        where TOperation : struct, IUnaryOperation =>
        UnaryRun<TOperation>(d, a, s, count);

    /// <summary>d = operation(a, b), row by row, or in one run where rows follow each other without gaps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Binary<TOperation>(float* d, nint ds, float* a, nint sa, float* b, nint sb, int rows, int columns)
        where TOperation : struct, IBinaryOperation
    {
        nint count = columns;
        if (rows > 1 && ds == columns && sa == columns && sb == columns)
        {
            count *= rows;
            rows = 1;
        }
        for (; rows > 0; rows--, d += ds, a += sa, b += sb)
            BinaryRun<TOperation>(d, a, b, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BinaryRun<TOperation>(float* d, float* a, float* b, nint count)
        where TOperation : struct, IBinaryOperation
    {
        nint last = count - TSimd.Lanes;
        if (last >= 0)
        {
            // The last vector may overlap the one before it. Its operands are read before anything is written, so that
            // writing over an operand is right, too.
            TVector lastA = TSimd.Load(a + last);
            TVector lastB = TSimd.Load(b + last);
            for (nint i = 0; i < last; i += TSimd.Lanes)
                TSimd.Store(d + i, TOperation.Apply<TSimd, TVector>(TSimd.Load(a + i), TSimd.Load(b + i)));
            TSimd.Store(d + last, TOperation.Apply<TSimd, TVector>(lastA, lastB));
        }
        else if (TSimd.Lanes > 8 && count >= 8)
            ElementwiseKernels<Simd256, Vector256<float>>.BinaryNarrow<TOperation>(d, a, b, count);
        else if (TSimd.Lanes > 4 && count >= 4)
            ElementwiseKernels<Simd128, Vector128<float>>.BinaryNarrow<TOperation>(d, a, b, count);
        else if (count > 0)
            ElementwiseKernels<SimdScalar, float>.BinaryNarrow<TOperation>(d, a, b, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void BinaryNarrow<TOperation>(float* d, float* a, float* b, nint count)
        where TOperation : struct, IBinaryOperation =>
        BinaryRun<TOperation>(d, a, b, count);

    /// <summary>d = operation(a, b, c), row by row, or in one run where rows follow each other without gaps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ternary<TOperation>(float* d, nint ds, float* a, nint sa, float* b, nint sb, float* c, nint sc, int rows, int columns)
        where TOperation : struct, ITernaryOperation
    {
        nint count = columns;
        if (rows > 1 && ds == columns && sa == columns && sb == columns && sc == columns)
        {
            count *= rows;
            rows = 1;
        }
        for (; rows > 0; rows--, d += ds, a += sa, b += sb, c += sc)
            TernaryRun<TOperation>(d, a, b, c, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TernaryRun<TOperation>(float* d, float* a, float* b, float* c, nint count)
        where TOperation : struct, ITernaryOperation
    {
        nint last = count - TSimd.Lanes;
        if (last >= 0)
        {
            // The last vector may overlap the one before it. Its operands are read before anything is written, so that
            // writing over an operand is right, too.
            TVector lastA = TSimd.Load(a + last);
            TVector lastB = TSimd.Load(b + last);
            TVector lastC = TSimd.Load(c + last);
            for (nint i = 0; i < last; i += TSimd.Lanes)
                TSimd.Store(d + i, TOperation.Apply<TSimd, TVector>(TSimd.Load(a + i), TSimd.Load(b + i), TSimd.Load(c + i)));
            TSimd.Store(d + last, TOperation.Apply<TSimd, TVector>(lastA, lastB, lastC));
        }
        else if (TSimd.Lanes > 8 && count >= 8)
            ElementwiseKernels<Simd256, Vector256<float>>.TernaryNarrow<TOperation>(d, a, b, c, count);
        else if (TSimd.Lanes > 4 && count >= 4)
            ElementwiseKernels<Simd128, Vector128<float>>.TernaryNarrow<TOperation>(d, a, b, c, count);
        else if (count > 0)
            ElementwiseKernels<SimdScalar, float>.TernaryNarrow<TOperation>(d, a, b, c, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void TernaryNarrow<TOperation>(float* d, float* a, float* b, float* c, nint count)
        where TOperation : struct, ITernaryOperation =>
        TernaryRun<TOperation>(d, a, b, c, count);
}
