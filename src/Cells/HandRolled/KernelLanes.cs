using Research.Framework.Numerics;

namespace Research.Cells.HandRolled;

/// <summary>Which vectors a kernel works with.</summary>
internal static class KernelLanes
{
    /// <summary>
    /// Lanes of the widest vectors that this machine has and that fit into a row of <paramref name="units"/>. Where they do
    /// not divide the row, the last vector overlaps the one before it: the same numbers are then computed twice, which no
    /// result can show, since kernels write to other blocks than they read.
    /// </summary>
    public static int For(int units)
    {
        int lanes = SimdWidth.Lanes;
        while (lanes > units) lanes /= 2;
        return lanes == 2 ? 1 : lanes;
    }
}
