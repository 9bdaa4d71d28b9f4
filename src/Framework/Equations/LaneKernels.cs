using System.Runtime.CompilerServices;
using Research.Framework.Numerics;

namespace Research.Framework.Equations;

/// <summary>The code of the table's element-wise operations, lane by lane.</summary>
internal static class LaneKernels
{
    internal readonly struct Add : IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Add(a, b);
    }

    internal readonly struct Subtract : IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Subtract(a, b);
    }

    internal readonly struct Multiply : IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Multiply(a, b);
    }

    internal readonly struct Divide : IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Divide(a, b);
    }

    internal readonly struct MultiplyAdd : ITernaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b, TVector c)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.FusedMultiplyAdd(a, b, c);
    }

    internal readonly struct Copy : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            x;
    }

    internal readonly struct Sigmoid : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            VectorMath<TSimd, TVector>.Sigmoid(x);
    }

    internal readonly struct Tanh : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            VectorMath<TSimd, TVector>.Tanh(x);
    }

    internal readonly struct Exp : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            VectorMath<TSimd, TVector>.Exp(x);
    }

    internal readonly struct Log : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            VectorMath<TSimd, TVector>.Log(x);
    }

    internal readonly struct Sqrt : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Sqrt(x);
    }

    internal readonly struct Relu : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Select(TSimd.LessThan(x, TSimd.Zero), TSimd.Zero, x);
    }

    internal readonly struct HardSigmoid : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            Clip<TSimd, TVector>(TSimd.Divide(TSimd.Add(x, TSimd.Broadcast(3f)), TSimd.Broadcast(6f)));
    }

    internal readonly struct HardSigmoidKeras2 : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            Clip<TSimd, TVector>(TSimd.FusedMultiplyAdd(x, TSimd.Broadcast(0.2f), TSimd.Broadcast(0.5f)));
    }

    internal readonly struct AddScalar : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Add(x, s);
    }

    internal readonly struct SubtractFromScalar : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Subtract(s, x);
    }

    internal readonly struct MultiplyScalar : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Multiply(x, s);
    }

    internal readonly struct DivideScalarBy : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Divide(s, x);
    }

    internal readonly struct SigmoidGradient : IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector g, TVector y)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Multiply(TSimd.Multiply(g, y), TSimd.Subtract(TSimd.Broadcast(1f), y));
    }

    internal readonly struct TanhGradient : IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector g, TVector y)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Multiply(g, TSimd.NegatedFusedMultiplyAdd(y, y, TSimd.Broadcast(1f)));
    }

    internal readonly struct ReluGradient : IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector g, TVector y)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.And(TSimd.LessThan(TSimd.Zero, y), g);
    }

    internal readonly struct HardSigmoidGradient : IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector g, TVector y)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.And(Inside<TSimd, TVector>(y), TSimd.Divide(g, TSimd.Broadcast(6f)));
    }

    internal readonly struct HardSigmoidKeras2Gradient : IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector g, TVector y)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.And(Inside<TSimd, TVector>(y), TSimd.Multiply(g, TSimd.Broadcast(0.2f)));
    }

    /// <summary>To [0, 1]; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Clip<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector one = TSimd.Broadcast(1f);
        x = TSimd.Select(TSimd.LessThan(x, TSimd.Zero), TSimd.Zero, x);
        return TSimd.Select(TSimd.LessThan(one, x), one, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Inside<TSimd, TVector>(TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.And(TSimd.LessThan(TSimd.Zero, y), TSimd.LessThan(y, TSimd.Broadcast(1f)));
}
