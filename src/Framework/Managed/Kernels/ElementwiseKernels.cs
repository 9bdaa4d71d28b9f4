using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Research.Framework.Equations;
using Research.Framework.Numerics;

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
    public static void Unary<TKernel>(float* d, nint ds, float* a, nint sa, float s, int rows, int columns)
        where TKernel : struct, IUnaryKernel
    {
        nint count = columns;
        if (rows > 1 && ds == columns && sa == columns)
        {
            count *= rows;
            rows = 1;
        }
        for (; rows > 0; rows--, d += ds, a += sa)
            UnaryRun<TKernel>(d, a, s, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UnaryRun<TKernel>(float* d, float* a, float s, nint count)
        where TKernel : struct, IUnaryKernel
    {
        nint last = count - TSimd.Lanes;
        if (last >= 0)
        {
            // The last vector may overlap the one before it. Its operands are read before anything is written, so that
            // writing over an operand is right, too.
            TVector scalar = TSimd.Broadcast(s);
            TVector lastA = TSimd.Load(a + last);
            for (nint i = 0; i < last; i += TSimd.Lanes)
                TSimd.Store(d + i, TKernel.Apply<TSimd, TVector>(TSimd.Load(a + i), scalar));
            TSimd.Store(d + last, TKernel.Apply<TSimd, TVector>(lastA, scalar));
        }
        else if (TSimd.Lanes > 8 && count >= 8)
            ElementwiseKernels<Simd256, Vector256<float>>.UnaryNarrow<TKernel>(d, a, s, count);
        else if (TSimd.Lanes > 4 && count >= 4)
            ElementwiseKernels<Simd128, Vector128<float>>.UnaryNarrow<TKernel>(d, a, s, count);
        else if (count > 0)
            ElementwiseKernels<SimdScalar, float>.UnaryNarrow<TKernel>(d, a, s, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void UnaryNarrow<TKernel>(float* d, float* a, float s, nint count)
        where TKernel : struct, IUnaryKernel =>
        UnaryRun<TKernel>(d, a, s, count);

    /// <summary>d = operation(a, b), row by row, or in one run where rows follow each other without gaps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Binary<TKernel>(float* d, nint ds, float* a, nint sa, float* b, nint sb, int rows, int columns)
        where TKernel : struct, IBinaryKernel
    {
        nint count = columns;
        if (rows > 1 && ds == columns && sa == columns && sb == columns)
        {
            count *= rows;
            rows = 1;
        }
        for (; rows > 0; rows--, d += ds, a += sa, b += sb)
            BinaryRun<TKernel>(d, a, b, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BinaryRun<TKernel>(float* d, float* a, float* b, nint count)
        where TKernel : struct, IBinaryKernel
    {
        nint last = count - TSimd.Lanes;
        if (last >= 0)
        {
            // The last vector may overlap the one before it. Its operands are read before anything is written, so that
            // writing over an operand is right, too.
            TVector lastA = TSimd.Load(a + last);
            TVector lastB = TSimd.Load(b + last);
            for (nint i = 0; i < last; i += TSimd.Lanes)
                TSimd.Store(d + i, TKernel.Apply<TSimd, TVector>(TSimd.Load(a + i), TSimd.Load(b + i)));
            TSimd.Store(d + last, TKernel.Apply<TSimd, TVector>(lastA, lastB));
        }
        else if (TSimd.Lanes > 8 && count >= 8)
            ElementwiseKernels<Simd256, Vector256<float>>.BinaryNarrow<TKernel>(d, a, b, count);
        else if (TSimd.Lanes > 4 && count >= 4)
            ElementwiseKernels<Simd128, Vector128<float>>.BinaryNarrow<TKernel>(d, a, b, count);
        else if (count > 0)
            ElementwiseKernels<SimdScalar, float>.BinaryNarrow<TKernel>(d, a, b, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void BinaryNarrow<TKernel>(float* d, float* a, float* b, nint count)
        where TKernel : struct, IBinaryKernel =>
        BinaryRun<TKernel>(d, a, b, count);

    /// <summary>d = operation(a, b, c), row by row, or in one run where rows follow each other without gaps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ternary<TKernel>(float* d, nint ds, float* a, nint sa, float* b, nint sb, float* c, nint sc, int rows, int columns)
        where TKernel : struct, ITernaryKernel
    {
        nint count = columns;
        if (rows > 1 && ds == columns && sa == columns && sb == columns && sc == columns)
        {
            count *= rows;
            rows = 1;
        }
        for (; rows > 0; rows--, d += ds, a += sa, b += sb, c += sc)
            TernaryRun<TKernel>(d, a, b, c, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TernaryRun<TKernel>(float* d, float* a, float* b, float* c, nint count)
        where TKernel : struct, ITernaryKernel
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
                TSimd.Store(d + i, TKernel.Apply<TSimd, TVector>(TSimd.Load(a + i), TSimd.Load(b + i), TSimd.Load(c + i)));
            TSimd.Store(d + last, TKernel.Apply<TSimd, TVector>(lastA, lastB, lastC));
        }
        else if (TSimd.Lanes > 8 && count >= 8)
            ElementwiseKernels<Simd256, Vector256<float>>.TernaryNarrow<TKernel>(d, a, b, c, count);
        else if (TSimd.Lanes > 4 && count >= 4)
            ElementwiseKernels<Simd128, Vector128<float>>.TernaryNarrow<TKernel>(d, a, b, c, count);
        else if (count > 0)
            ElementwiseKernels<SimdScalar, float>.TernaryNarrow<TKernel>(d, a, b, c, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void TernaryNarrow<TKernel>(float* d, float* a, float* b, float* c, nint count)
        where TKernel : struct, ITernaryKernel =>
        TernaryRun<TKernel>(d, a, b, c, count);
}
