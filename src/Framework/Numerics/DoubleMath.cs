using System.Runtime.CompilerServices;

namespace Research.Framework.Numerics;

/// <summary>
/// Elementary functions over doubles, of plain IEEE operations in one order: the same bits everywhere, where the
/// platform's own may differ in the last one.
/// </summary>
public static class DoubleMath
{
    private const double SmallestNormal = 2.2250738585072014e-308;

    private const double Ln2 = 0.69314718055994530942;

    // ln 2 in two parts; the high one has 21 trailing zero bits, so that k times it is exact for every exponent k.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>
    /// The natural logarithm: x = m·2^e with m in [√½, √2), ln m = 2 artanh((m-1)/(m+1)) by its series. Of 0 it is -infinity, of
    /// infinity infinity, of NaN and what is below 0 NaN.
    /// </summary>
    /// <param name="value">Any double.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // millions of draws come before a runtime would think of it
    public static double Log(double value)
    {
        if (!(value > 0)) return value == 0 ? double.NegativeInfinity : double.NaN;
        if (double.IsPositiveInfinity(value)) return value;
        if (value < SmallestNormal) return Log(value * (1L << 54)) - 54 * Ln2;
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }

        double z = (mantissa - 1) / (mantissa + 1);
        double square = z * z, sum = 0;
        for (int k = 21; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
        return exponent * Ln2 + 2 * z * sum;
    }

    /// <summary>
    /// e to the power of any double: x = k ln 2 + r with |r| at most ln 2 / 2, e^r by its series to r^14 / 14!, times 2^k.
    /// NaN gives NaN; too large gives infinity, too small 0.
    /// </summary>
    /// <param name="value">Any double.</param>
    public static double Exp(double value)
    {
        if (double.IsNaN(value)) return value;
        if (value > 709.8) return double.PositiveInfinity;
        if (value < -745.2) return 0;

        double k = Math.Round(value / Ln2);
        double r = value - k * Ln2High - k * Ln2Low, sum = 1;
        for (int n = 14; n >= 1; n--) sum = 1 + r / n * sum;
        return Math.ScaleB(sum, (int)k);
    }

    /// <summary>The hyperbolic tangent: sinh x / cosh x by their series near 0, where 1 - 2 / (e^2x + 1) would lose digits.</summary>
    internal static double Tanh(double value)
    {
        if (!(Math.Abs(value) < 0.5)) return 1 - 2 / (Exp(2 * value) + 1);
        double square = value * value;
        double sinh = value * (1 + square / 6 * (1 + square / 20 * (1 + square / 42 * (1 + square / 72 * (1 + square / 110 * (1 + square / 156))))));
        double cosh = 1 + square / 2 * (1 + square / 12 * (1 + square / 30 * (1 + square / 56 * (1 + square / 90 * (1 + square / 132 * (1 + square / 182))))));
        return sinh / cosh;
    }

    /// <summary>A positive normal number to any power: e^(y ln x), and exactly 1 where y is 0.</summary>
    internal static double Pow(double x, double y) => y == 0 ? 1 : Exp(y * Log(x));

    /// <summary>
    /// cos(πx) for |x| up to 2^52: x is brought into [0, ½] by its symmetries, exactly, and the series of cosine (up to ¼)
    /// or sine summed to beyond a double's digits.
    /// </summary>
    internal static double CosPi(double x)
    {
        x = Math.Abs(x - 2 * Math.Round(x / 2));
        return x > 0.5 ? -CosPiUpToHalf(1 - x) : CosPiUpToHalf(x);
    }

    private static double CosPiUpToHalf(double x)
    {
        bool sine = x > 0.25;
        double angle = Math.PI * (sine ? 0.5 - x : x), square = angle * angle, sum = 1;
        for (int n = 18; n >= 2; n -= 2) sum = 1 - square / (sine ? n * (n + 1) : n * (n - 1)) * sum;
        return sine ? angle * sum : sum;
    }
}
