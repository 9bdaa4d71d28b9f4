using Research.Framework;

namespace Research.Benchmarks.Micro;

/// <summary>Memory at a fixed and aligned place, full of random numbers.</summary>
internal sealed unsafe class Memory
{
    private const int Alignment = 16;
    private readonly float[] _numbers;

    public Memory(int length)
    {
        _numbers = GC.AllocateArray<float>(length + Alignment, pinned: true);
        fixed (float* first = _numbers) Pointer = (float*)(((nint)first + 63) & ~(nint)63);
        Random random = new Seeds(7).Stream("benchmark memory");
        for (int i = 0; i < length; i++) Pointer[i] = 2 * random.NextSingle() - 1;
    }

    public float* Pointer { get; }
}
