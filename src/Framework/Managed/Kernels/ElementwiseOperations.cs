using System.Runtime.CompilerServices;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Kernels;

/// <summary>What <see cref="ElementwiseKernels{TSimd, TVector}"/> applies to each element, at any width.</summary>
internal static class ElementwiseOperations
{
    internal interface IUnaryOperation
    {
        /// <summary>The result for operands x and a scalar s, which most ignore.</summary>
        static abstract TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct;
    }

    internal interface IBinaryOperation
    {
        static abstract TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct;
    }

    internal interface ITernaryOperation
    {
        static abstract TVector Apply<TSimd, TVector>(TVector a, TVector b, TVector c)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct;
    }

    internal readonly struct Add : IBinaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Add(a, b);
    }

    internal readonly struct Subtract : IBinaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Subtract(a, b);
    }

    internal readonly struct Multiply : IBinaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Multiply(a, b);
    }

    internal readonly struct Divide : IBinaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Divide(a, b);
    }

    internal readonly struct MultiplyAdd : ITernaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b, TVector c)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.FusedMultiplyAdd(a, b, c);
    }

    internal readonly struct Copy : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            x;
    }

    internal readonly struct Sigmoid : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            VectorMath<TSimd, TVector>.Sigmoid(x);
    }

    internal readonly struct Tanh : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            VectorMath<TSimd, TVector>.Tanh(x);
    }

    internal readonly struct Exp : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            VectorMath<TSimd, TVector>.Exp(x);
    }

    internal readonly struct Log : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            VectorMath<TSimd, TVector>.Log(x);
    }

    internal readonly struct Sqrt : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Sqrt(x);
    }

    internal readonly struct Relu : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Select(TSimd.LessThan(x, TSimd.Zero), TSimd.Zero, x);
    }

    internal readonly struct HardSigmoid : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            Clip<TSimd, TVector>(TSimd.Divide(TSimd.Add(x, TSimd.Broadcast(3f)), TSimd.Broadcast(6f)));
    }

    internal readonly struct HardSigmoidKeras2 : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            Clip<TSimd, TVector>(TSimd.FusedMultiplyAdd(x, TSimd.Broadcast(0.2f), TSimd.Broadcast(0.5f)));
    }

    internal readonly struct AddScalar : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Add(x, s);
    }

    internal readonly struct SubtractFromScalar : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Subtract(s, x);
    }

    internal readonly struct MultiplyScalar : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Multiply(x, s);
    }

    internal readonly struct DivideScalarBy : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Divide(s, x);
    }

    internal readonly struct SigmoidGradient : IBinaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector g, TVector y)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Multiply(TSimd.Multiply(g, y), TSimd.Subtract(TSimd.Broadcast(1f), y));
    }

    internal readonly struct TanhGradient : IBinaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector g, TVector y)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Multiply(g, TSimd.NegatedFusedMultiplyAdd(y, y, TSimd.Broadcast(1f)));
    }

    internal readonly struct ReluGradient : IBinaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector g, TVector y)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.And(TSimd.LessThan(TSimd.Zero, y), g);
    }

    internal readonly struct HardSigmoidGradient : IBinaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector g, TVector y)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.And(Inside<TSimd, TVector>(y), TSimd.Divide(g, TSimd.Broadcast(6f)));
    }

    internal readonly struct HardSigmoidKeras2Gradient : IBinaryOperation
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

    /// <summary>outer(inner(a, b)), rounded where the two in turn round.</summary>
    internal readonly struct UnaryOfBinary<TOuter, TInner> : IBinaryOperation
        where TOuter : struct, IUnaryOperation
        where TInner : struct, IBinaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TOuter.Apply<TSimd, TVector>(TInner.Apply<TSimd, TVector>(a, b), TSimd.Zero);
    }

    /// <summary>outer(inner(a, b, c)), rounded where the two in turn round.</summary>
    internal readonly struct UnaryOfTernary<TOuter, TInner> : ITernaryOperation
        where TOuter : struct, IUnaryOperation
        where TInner : struct, ITernaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b, TVector c)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TOuter.Apply<TSimd, TVector>(TInner.Apply<TSimd, TVector>(a, b, c), TSimd.Zero);
    }

    /// <summary>outer(inner(a, b), c), rounded where the two in turn round.</summary>
    internal readonly struct BinaryOfBinary<TOuter, TInner> : ITernaryOperation
        where TOuter : struct, IBinaryOperation
        where TInner : struct, IBinaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b, TVector c)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TOuter.Apply<TSimd, TVector>(TInner.Apply<TSimd, TVector>(a, b), c);
    }
}
