using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Research.Framework.Numerics;
using static Research.Framework.Engine.Kernels.ElementwiseOperations;
using Operation = Research.Framework.Engine.Kernels.ElementwiseOperations;

namespace Research.Framework.Engine.Kernels;

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
    /// <summary>d = a + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* d, nint ds, float* a, nint sa, float* b, nint sb, int rows, int columns) =>
        Binary<Operation.Add>(d, ds, a, sa, b, sb, rows, columns);

    /// <summary>d = a - b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Subtract(float* d, nint ds, float* a, nint sa, float* b, nint sb, int rows, int columns) =>
        Binary<Operation.Subtract>(d, ds, a, sa, b, sb, rows, columns);

    /// <summary>d = a · b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* d, nint ds, float* a, nint sa, float* b, nint sb, int rows, int columns) =>
        Binary<Operation.Multiply>(d, ds, a, sa, b, sb, rows, columns);

    /// <summary>d = a / b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Divide(float* d, nint ds, float* a, nint sa, float* b, nint sb, int rows, int columns) =>
        Binary<Operation.Divide>(d, ds, a, sa, b, sb, rows, columns);

    /// <summary>d = a · b + c, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAdd(float* d, nint ds, float* a, nint sa, float* b, nint sb, float* c, nint sc, int rows, int columns) =>
        Ternary<Operation.MultiplyAdd>(d, ds, a, sa, b, sb, c, sc, rows, columns);

    /// <summary>d = a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* d, nint ds, float* a, nint sa, int rows, int columns) =>
        Unary<Operation.Copy>(d, ds, a, sa, 0f, rows, columns);

    /// <summary>d = 1 / (1 + e^-a).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sigmoid(float* d, nint ds, float* a, nint sa, int rows, int columns) =>
        Unary<Operation.Sigmoid>(d, ds, a, sa, 0f, rows, columns);

    /// <summary>d = tanh a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tanh(float* d, nint ds, float* a, nint sa, int rows, int columns) =>
        Unary<Operation.Tanh>(d, ds, a, sa, 0f, rows, columns);

    /// <summary>d = a above 0, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Relu(float* d, nint ds, float* a, nint sa, int rows, int columns) =>
        Unary<Operation.Relu>(d, ds, a, sa, 0f, rows, columns);

    /// <summary>d = (a + 3) / 6, clipped to [0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void HardSigmoid(float* d, nint ds, float* a, nint sa, int rows, int columns) =>
        Unary<Operation.HardSigmoid>(d, ds, a, sa, 0f, rows, columns);

    /// <summary>d = 0.2 a + 0.5, clipped to [0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void HardSigmoidKeras2(float* d, nint ds, float* a, nint sa, int rows, int columns) =>
        Unary<Operation.HardSigmoidKeras2>(d, ds, a, sa, 0f, rows, columns);

    /// <summary>d = e^a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exp(float* d, nint ds, float* a, nint sa, int rows, int columns) =>
        Unary<Operation.Exp>(d, ds, a, sa, 0f, rows, columns);

    /// <summary>d = ln a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Log(float* d, nint ds, float* a, nint sa, int rows, int columns) =>
        Unary<Operation.Log>(d, ds, a, sa, 0f, rows, columns);

    /// <summary>d = √a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sqrt(float* d, nint ds, float* a, nint sa, int rows, int columns) =>
        Unary<Operation.Sqrt>(d, ds, a, sa, 0f, rows, columns);

    /// <summary>d = a + s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScalar(float* d, nint ds, float* a, nint sa, float s, int rows, int columns) =>
        Unary<Operation.AddScalar>(d, ds, a, sa, s, rows, columns);

    /// <summary>d = s - a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SubtractFromScalar(float* d, nint ds, float* a, nint sa, float s, int rows, int columns) =>
        Unary<Operation.SubtractFromScalar>(d, ds, a, sa, s, rows, columns);

    /// <summary>d = a · s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyScalar(float* d, nint ds, float* a, nint sa, float s, int rows, int columns) =>
        Unary<Operation.MultiplyScalar>(d, ds, a, sa, s, rows, columns);

    /// <summary>d = s / a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DivideScalarBy(float* d, nint ds, float* a, nint sa, float s, int rows, int columns) =>
        Unary<Operation.DivideScalarBy>(d, ds, a, sa, s, rows, columns);

    /// <summary>d = g · y · (1 - y), with y the sigmoid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SigmoidGradient(float* d, nint ds, float* g, nint sg, float* y, nint sy, int rows, int columns) =>
        Binary<Operation.SigmoidGradient>(d, ds, g, sg, y, sy, rows, columns);

    /// <summary>d = g · (1 - y²), with y the tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TanhGradient(float* d, nint ds, float* g, nint sg, float* y, nint sy, int rows, int columns) =>
        Binary<Operation.TanhGradient>(d, ds, g, sg, y, sy, rows, columns);

    /// <summary>d = g where y is above 0, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReluGradient(float* d, nint ds, float* g, nint sg, float* y, nint sy, int rows, int columns) =>
        Binary<Operation.ReluGradient>(d, ds, g, sg, y, sy, rows, columns);

    /// <summary>d = g / 6 where y is inside (0, 1), else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void HardSigmoidGradient(float* d, nint ds, float* g, nint sg, float* y, nint sy, int rows, int columns) =>
        Binary<Operation.HardSigmoidGradient>(d, ds, g, sg, y, sy, rows, columns);

    /// <summary>d = 0.2 g where y is inside (0, 1), else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void HardSigmoidKeras2Gradient(float* d, nint ds, float* g, nint sg, float* y, nint sy, int rows, int columns) =>
        Binary<Operation.HardSigmoidKeras2Gradient>(d, ds, g, sg, y, sy, rows, columns);

    /// <summary>d = value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(float* d, nint ds, float value, int rows, int columns)
    {
        for (; rows > 0; rows--, d += ds)
            new Span<float>(d, columns).Fill(value);
    }

    /// <summary>d = operation(a, s), row by row, or in one run where rows follow each other without gaps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Unary<TOperation>(float* d, nint ds, float* a, nint sa, float s, int rows, int columns)
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
    private static void Binary<TOperation>(float* d, nint ds, float* a, nint sa, float* b, nint sb, int rows, int columns)
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
    private static void Ternary<TOperation>(float* d, nint ds, float* a, nint sa, float* b, nint sb, float* c, nint sc, int rows, int columns)
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
