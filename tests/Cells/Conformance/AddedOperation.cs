using System.Runtime.CompilerServices;
using Research.Framework.Equations;
using Research.Framework.Numerics;

namespace Research.Cells.Tests.Conformance;

/// <summary>
/// An element-wise operation that the framework does not know, x³: all that it takes, with public types only. The whole
/// conformance suite runs over a cell that uses it.
/// </summary>
internal static class AddedOperation
{
    private static readonly ElementwiseOperation s_cube = ElementwiseOperation.Unary<CubeKernel>(nameof(Cube), x => x * x * x, (g, x, y) => 3 * g * x * x);

    public static Expr Cube(Expr value) => s_cube.Of(value);

    private readonly struct CubeKernel : IUnaryKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Multiply(TSimd.Multiply(x, x), x);
    }
}
