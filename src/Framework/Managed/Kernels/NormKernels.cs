using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Research.Framework.Managed.Kernels;

/// <summary>Norms in double precision, whose sums run in one order at every width.</summary>
internal static unsafe class NormKernels
{
    /// <summary>Σ x², as the sum of eight sums over every eighth number.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="count">A multiple of 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquares(float* x, int count)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        for (float* end = x + count; x < end; x += 8)
        {
            // Exact: a float has 24 bits, its square 48.
            s0 += (double)x[0] * x[0];
            s1 += (double)x[1] * x[1];
            s2 += (double)x[2] * x[2];
            s3 += (double)x[3] * x[3];
            s4 += (double)x[4] * x[4];
            s5 += (double)x[5] * x[5];
            s6 += (double)x[6] * x[6];
            s7 += (double)x[7] * x[7];
        }

        return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
    }

    /// <summary>Whether all of some numbers are smaller in size than a limit; NaN is not.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="count">How many.</param>
    /// <param name="limit">The limit; above 0, finite or infinite.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AreBelow(float* x, int count, float limit)
    {
        // Without their sign, floats are in the order of their bits, and NaN above all others.
        const int WithoutSign = 0x7FFFFFFF;
        int bound = BitConverter.SingleToInt32Bits(limit), lanes = Vector512<int>.Count;
        if (count < lanes)
        {
            for (int i = 0; i < count; i++)
            {
                if ((BitConverter.SingleToInt32Bits(x[i]) & WithoutSign) >= bound) return false;
            }

            return true;
        }

        // The last ones are looked at twice rather than one by one.
        Vector512<int> sign = Vector512.Create(WithoutSign), even = Size(x + count - lanes, sign), odd = even;
        int next = 0;
        for (; next <= count - 2 * lanes; next += 2 * lanes)
        {
            even = Vector512.Max(even, Size(x + next, sign));
            odd = Vector512.Max(odd, Size(x + next + lanes, sign));
        }

        if (next <= count - lanes) even = Vector512.Max(even, Size(x + next, sign));
        return !Vector512.GreaterThanOrEqualAny(Vector512.Max(even, odd), Vector512.Create(bound));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Size(float* x, Vector512<int> sign) => Vector512.Load((int*)x) & sign;

    /// <summary>Scales every column whose norm is above a limit down to it.</summary>
    /// <param name="x">A matrix <c>[rows, columns]</c>.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="sums">Room for one number for each column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LimitColumns(float* x, int rows, int columns, double limit, double[] sums)
    {
        Span<double> factors = sums.AsSpan(0, columns);
        factors.Clear();
        bool any = false;
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < columns; i++)
            {
                double value = x[(nint)row * columns + i];
                factors[i] += value * value;
            }
        }

        foreach (ref double factor in factors)
        {
            double norm = Math.Sqrt(factor);
            any |= norm > limit;
            factor = norm > limit ? limit / norm : 1;
        }

        for (int row = 0; row < rows && any; row++)
        {
            for (int i = 0; i < columns; i++)
            {
                ref float value = ref x[(nint)row * columns + i];
                value = (float)(value * factors[i]);
            }
        }
    }
}
