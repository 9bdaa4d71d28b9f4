namespace Research.Framework.Managed.Execution;

/// <summary>
/// Zeroed numbers that never move, on a cache line's boundary: the engine keeps pointers into them for as long as it
/// keeps this object.
/// </summary>
internal sealed unsafe class PinnedMemory
{
    /// <summary>Numbers in a cache line; every block starts on one.</summary>
    public const int Alignment = 16;

    /// <summary>The most numbers in one piece.</summary>
    public static readonly long Longest = Array.MaxLength - Alignment;

    private readonly float[] _numbers;

    public PinnedMemory(long length)
    {
        if (length > Longest) throw new ResearchException($"The built-in engine: {length} numbers in one piece are more than an array holds ({Array.MaxLength}); take a smaller batch size, fewer time steps or fewer units.");
        _numbers = GC.AllocateArray<float>((int)(length + Alignment), pinned: true);
        fixed (float* first = _numbers)
            Pointer = (float*)(((nint)first + 63) & ~(nint)63);
    }

    public float* Pointer { get; }

    /// <summary>The length of a block that leaves the next one on a cache line's boundary.</summary>
    public static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
