using Research.Framework.Numerics;

namespace Research.Framework.Equations;

/// <summary>The code of an element-wise operation of two operands, written once for vectors of every width. Implement it as an empty readonly struct.</summary>
public interface IBinaryKernel
{
    /// <summary>The result, lane by lane; mark it for aggressive inlining.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    /// <typeparam name="TSimd">The vector operations.</typeparam>
    /// <typeparam name="TVector">The vector.</typeparam>
    static abstract TVector Apply<TSimd, TVector>(TVector a, TVector b)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}
