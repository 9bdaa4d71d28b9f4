namespace Research.Framework.Managed.Execution;

/// <summary>What a model is bound for: equal for batches that can use the same buffers.</summary>
/// <param name="rows">Rows of the batch.</param>
/// <param name="earlier">How many earlier batches run before the one that is trained.</param>
/// <param name="steps">Time steps of each input, in the graph's order.</param>
/// <param name="masked">Whether each input has a mask.</param>
internal sealed class BatchShape(int rows, int earlier, int[] steps, bool[] masked) : IEquatable<BatchShape>
{
    public int Rows { get; } = rows;

    public int Earlier { get; } = earlier;

    /// <summary>Time steps of each input in one batch.</summary>
    public int[] Steps { get; } = steps;

    public bool[] Masked { get; } = masked;

    /// <summary>Time steps of an input in the earlier batches and this one.</summary>
    public int StepsOfAllBatches(int input) => Steps[input] * (Earlier + 1);

    public bool Equals(BatchShape? other) =>
        other is not null && Rows == other.Rows && Earlier == other.Earlier && Steps.AsSpan().SequenceEqual(other.Steps) && Masked.AsSpan().SequenceEqual(other.Masked);

    public override bool Equals(object? obj) => Equals(obj as BatchShape);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Rows);
        hash.Add(Earlier);
        foreach (int count in Steps) hash.Add(count);
        foreach (bool has in Masked) hash.Add(has);
        return hash.ToHashCode();
    }
}
