using System.Runtime.Intrinsics;

namespace Research.Framework.Numerics;

/// <summary>The width to use on this machine. Results never depend on it.</summary>
public static class SimdWidth
{
    /// <summary>Lanes of the widest vectors this machine works on directly: 16, 8 or 4, or 1 if it has none.</summary>
    public static int Lanes =>
        Vector512.IsHardwareAccelerated ? 16
        : Vector256.IsHardwareAccelerated ? 8
        : Vector128.IsHardwareAccelerated ? 4
        : 1;
}
