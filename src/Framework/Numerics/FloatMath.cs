namespace Research.Framework.Numerics;

/// <summary>
/// Elementary functions with the same bits on every machine: the scalar form of <see cref="VectorMath{TSimd, TVector}"/>,
/// bit for bit. Within 2.5 units in the last place, and exact at zeros, infinities, NaN and overflow.
/// </summary>
public static class FloatMath
{
    /// <summary>e to the power <paramref name="x"/>.</summary>
    /// <param name="x">Any number.</param>
    public static float Exp(float x) => VectorMath<SimdScalar, float>.Exp(x);

    /// <summary>Natural logarithm; -∞ at ±0, NaN below 0.</summary>
    /// <param name="x">Any number.</param>
    public static float Log(float x) => VectorMath<SimdScalar, float>.Log(x);

    /// <summary>1 / (1 + e to the power -<paramref name="x"/>).</summary>
    /// <param name="x">Any number.</param>
    public static float Sigmoid(float x) => VectorMath<SimdScalar, float>.Sigmoid(x);

    /// <summary>Hyperbolic tangent.</summary>
    /// <param name="x">Any number.</param>
    public static float Tanh(float x) => VectorMath<SimdScalar, float>.Tanh(x);
}
