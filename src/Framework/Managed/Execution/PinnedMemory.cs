namespace Research.Framework.Managed.Execution;

/// <summary>
/// Zeroed numbers that never move, on a cache line's boundary: the engine keeps pointers into them for as long as it
/// keeps this object.
/// </summary>
internal sealed unsafe class PinnedMemory
{
    /// <summary>Numbers in a cache line; every block starts on one.</summary>
    public const int Alignment = 16;

    private readonly float[] _numbers;

    public PinnedMemory(long length)
    {
        _numbers = GC.AllocateArray<float>(checked((int)(length + Alignment)), pinned: true);
        fixed (float* first = _numbers)
            Pointer = (float*)(((nint)first + 63) & ~(nint)63);
    }

    public float* Pointer { get; }

    /// <summary>The length of a block that leaves the next one on a cache line's boundary.</summary>
    public static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
