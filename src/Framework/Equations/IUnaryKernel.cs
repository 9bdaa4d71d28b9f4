using Research.Framework.Numerics;

namespace Research.Framework.Equations;

/// <summary>The code of an element-wise operation of one operand, written once for vectors of every width. Implement it as an empty readonly struct.</summary>
public interface IUnaryKernel
{
    /// <summary>The result, lane by lane; mark it for aggressive inlining.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="s">The number of an operation that takes one, in every lane; most ignore it.</param>
    /// <typeparam name="TSimd">The vector operations.</typeparam>
    /// <typeparam name="TVector">The vector.</typeparam>
    static abstract TVector Apply<TSimd, TVector>(TVector x, TVector s)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}
