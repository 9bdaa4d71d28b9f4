using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Research.Framework.Managed.Kernels;

/// <summary>A thread's memory for packed panels; it grows to the largest asked for and stays.</summary>
internal static unsafe class MatrixScratch
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static float[]? t_memory;

    /// <summary>Room for so many numbers, aligned to 64 bytes, until the next call on this thread.</summary>
    public static float* Panel(int count)
    {
        const int Extra = Alignment / sizeof(float);
        float[]? memory = t_memory;
        if (memory is null || memory.Length < count + Extra)
            t_memory = memory = GC.AllocateUninitializedArray<float>(count + Extra, pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        return (float*)((address + Alignment - 1) & -Alignment);
    }
}
