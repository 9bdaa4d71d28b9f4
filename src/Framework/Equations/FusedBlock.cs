namespace Research.Framework.Equations;

/// <summary>A block of a fused kernel: where it lies and how many numbers it has.</summary>
internal readonly unsafe struct FusedBlock(float* first, int length)
{
    private readonly float* _first = first;

    public Span<float> Span => new(_first, length);
}
