using System.Runtime.CompilerServices;
using Research.Framework.Equations;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Kernels;

/// <summary>An operation of another operation's result, in one instruction.</summary>
internal static class CombinedKernels
{
    /// <summary>outer(inner(a, b)), rounded where the two in turn round.</summary>
    internal readonly struct UnaryOfBinary<TOuter, TInner> : IBinaryKernel
        where TOuter : struct, IUnaryKernel
        where TInner : struct, IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TOuter.Apply<TSimd, TVector>(TInner.Apply<TSimd, TVector>(a, b), TSimd.Zero);
    }

    /// <summary>outer(inner(a, b, c)), rounded where the two in turn round.</summary>
    internal readonly struct UnaryOfTernary<TOuter, TInner> : ITernaryKernel
        where TOuter : struct, IUnaryKernel
        where TInner : struct, ITernaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b, TVector c)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TOuter.Apply<TSimd, TVector>(TInner.Apply<TSimd, TVector>(a, b, c), TSimd.Zero);
    }

    /// <summary>outer(inner(a, b), c), rounded where the two in turn round.</summary>
    internal readonly struct BinaryOfBinary<TOuter, TInner> : ITernaryKernel
        where TOuter : struct, IBinaryKernel
        where TInner : struct, IBinaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector a, TVector b, TVector c)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TOuter.Apply<TSimd, TVector>(TInner.Apply<TSimd, TVector>(a, b), c);
    }
}
