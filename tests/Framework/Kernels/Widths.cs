using System.Runtime.Intrinsics;
using Research.Framework.Numerics;

namespace Research.Framework.Tests.Kernels;

/// <summary>A kernel at every width, by name.</summary>
internal static class Widths
{
    private static readonly Type[][] s_widths =
    [
        [typeof(SimdScalar), typeof(float)],
        [typeof(Simd128), typeof(Vector128<float>)],
        [typeof(Simd256), typeof(Vector256<float>)],
        [typeof(Simd512), typeof(Vector512<float>)],
    ];

    /// <summary>The method at each width, the scalar one first.</summary>
    public static IReadOnlyList<TDelegate> Of<TDelegate>(Type kernels, string method)
        where TDelegate : Delegate =>
        [.. s_widths.Select(width => kernels.MakeGenericType(width).GetMethod(method)!.CreateDelegate<TDelegate>())];

    /// <summary>The method with an operation at each width, the scalar one first.</summary>
    public static IReadOnlyList<TDelegate> Of<TDelegate>(Type kernels, string method, Type operation)
        where TDelegate : Delegate =>
        [.. s_widths.Select(width => kernels.MakeGenericType(width).GetMethod(method)!.MakeGenericMethod(operation).CreateDelegate<TDelegate>())];
}
