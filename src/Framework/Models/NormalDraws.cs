namespace Research.Framework.Models;

/// <summary>
/// Standard normal numbers by Marsaglia's polar method, <em>A convenient method for generating normal variables</em>,
/// SIAM Review 6(3), 1964. It needs no more than a logarithm, which is computed here so that no platform's library
/// decides a bit of the result.
/// </summary>
internal sealed class NormalDraws(Random random)
{
    private double _spare;
    private bool _hasSpare;

    public double Next()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        while (true)
        {
            double x = 2 * random.NextDouble() - 1, y = 2 * random.NextDouble() - 1;
            double square = x * x + y * y;
            if (square is 0 or >= 1) continue;
            double scale = Math.Sqrt(-2 * Log(square) / square);
            _spare = y * scale;
            _hasSpare = true;
            return x * scale;
        }
    }

    /// <summary>
    /// The natural logarithm of a positive normal double: x = m·2^e with m in [√½, √2), ln m = 2 artanh((m-1)/(m+1)) by its
    /// series. Plain IEEE operations in one order, hence the same everywhere.
    /// </summary>
    internal static double Log(double value)
    {
        const double Ln2 = 0.69314718055994530942;
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
}
