using Research.Framework.Numerics;

namespace Research.Framework.Equations;

/// <summary>The code of three operands' combination: what a planner makes of two operations.</summary>
internal interface ITernaryKernel
{
    static abstract TVector Apply<TSimd, TVector>(TVector a, TVector b, TVector c)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}
