using System.Runtime.InteropServices;

namespace Research.Framework.Tests.Kernels;

/// <summary>Aligned numbers between two guards that nothing may overwrite.</summary>
internal sealed unsafe class Memory : IDisposable
{
    private const int Guard = 64;
    private const float Mark = 12345.678f;
    private readonly float* _start;

    public Memory(int count)
    {
        Count = count;
        _start = (float*)NativeMemory.AlignedAlloc((nuint)(count + (2 * Guard)) * sizeof(float), 64);
        new Span<float>(_start, count + (2 * Guard)).Fill(Mark);
    }

    public Memory(float[] values)
        : this(values.Length) => values.CopyTo(Span);

    public int Count { get; }

    public float* Pointer => _start + Guard;

    public Span<float> Span => new(Pointer, Count);

    public int[] Bits => [.. MemoryMarshal.Cast<float, int>(Span)];

    public bool GuardsStand =>
        new Span<float>(_start, Guard).IndexOfAnyExcept(Mark) < 0 && new Span<float>(Pointer + Count, Guard).IndexOfAnyExcept(Mark) < 0;

    public void Dispose() => NativeMemory.AlignedFree(_start);

    /// <summary>Numbers of many sizes and both signs, the same for the same seed.</summary>
    public static float[] Numbers(int count, uint seed, float low = -2f, float high = 2f)
    {
        float[] values = new float[count];
        uint state = (seed * 2654435761u) + 12345u;
        for (int i = 0; i < count; i++)
        {
            state = (state * 1664525u) + 1013904223u;
            values[i] = low + ((high - low) * ((state >> 8) / 16777216f));
        }
        return values;
    }
}
