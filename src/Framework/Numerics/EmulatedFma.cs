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
    // A call: in line, a tile of products would be more than the compiler is willing to put together.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.Narrow(
        SumToOdd(Vector128.WidenLower(a) * Vector128.WidenLower(b), Vector128.WidenLower(c)),
        SumToOdd(Vector128.WidenUpper(a) * Vector128.WidenUpper(b), Vector128.WidenUpper(c)));

    // Knuth's sum and its exact error. Where there is one, the sum is cut off towards zero, and its last bit is set.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> SumToOdd(Vector128<double> a, Vector128<double> b)
    {
        Vector128<double> sum = a + b, part = sum - a, error = (a - (sum - part)) + (b - part);
        Vector128<long> inexact = (Vector128.LessThan(error, Vector128<double>.Zero) | Vector128.GreaterThan(error, Vector128<double>.Zero)).AsInt64(); // not for NaN, the error of infinity
        Vector128<long> cut = Vector128.ShiftRightLogical(error.AsInt64() ^ sum.AsInt64(), 63) & inexact;
        return ((sum.AsInt64() - cut) | (inexact & Vector128<long>.One)).AsDouble();
    }
}
