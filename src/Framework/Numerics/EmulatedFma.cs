using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Research.Framework.Numerics;

/// <summary>
/// a · b + c, rounded once, on processors without the instruction: the product of two floats is exact in double; the sum is
/// rounded to odd, by which no second rounding, to float, can go wrong (Boldo and Melquiond, <em>Emulation of FMA and correctly
/// rounded sums</em>, IEEE Transactions on Computers 57(4), 2008).
/// </summary>
internal static class EmulatedFma
{
    private const float SmallestNormal = 1.17549435e-38f;

    // A call: in line, a tile of products would be more than the compiler is willing to put together.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c)
    {
        Vector128<double> lower = Vector128.WidenLower(a) * Vector128.WidenLower(b), upper = Vector128.WidenUpper(a) * Vector128.WidenUpper(b);
        Vector128<double> lowerSum = lower + Vector128.WidenLower(c), upperSum = upper + Vector128.WidenUpper(c);
        Vector128<float> result = Vector128.Narrow(lowerSum, upperSum);

        // Two roundings differ from one only where the first ends exactly between two floats, or where floats have fewer digits.
        // A zero is right: a sum that small has lost nothing.
        Vector128<int> low = Vector128.Narrow(lowerSum.AsInt64(), upperSum.AsInt64()).AsInt32();
        Vector128<int> between = Vector128.Equals(low & Vector128.Create(0x1FFFFFFF), Vector128.Create(0x10000000));
        Vector128<float> size = Vector128.Abs(result);
        Vector128<float> small = Vector128.LessThanOrEqual(size, Vector128.Create(SmallestNormal)) & Vector128.GreaterThan(size, Vector128<float>.Zero);
        return (between | small.AsInt32()) == Vector128<int>.Zero
            ? result
            : Vector128.Narrow(SumToOdd(lower, Vector128.WidenLower(c)), SumToOdd(upper, Vector128.WidenUpper(c)));
    }

    // Knuth's sum and its exact error. Where there is one, the sum is cut off towards zero, and its last bit is set.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<double> SumToOdd(Vector128<double> a, Vector128<double> b)
    {
        Vector128<double> sum = a + b, part = sum - a, error = (a - (sum - part)) + (b - part);
        Vector128<long> inexact = (Vector128.LessThan(error, Vector128<double>.Zero) | Vector128.GreaterThan(error, Vector128<double>.Zero)).AsInt64(); // not for NaN, the error of infinity
        Vector128<long> cut = Vector128.ShiftRightLogical(error.AsInt64() ^ sum.AsInt64(), 63) & inexact;
        return ((sum.AsInt64() - cut) | (inexact & Vector128<long>.One)).AsDouble();
    }
}
