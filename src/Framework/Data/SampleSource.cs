namespace Research.Framework.Data;

/// <summary>
/// A block's numbers that are made whenever a sample is read, and not kept: those of data that are larger than memory. A pure
/// function of the sample, asked by several threads at once. The numbers are looked at as they are read, not beforehand.
/// </summary>
/// <typeparam name="T"><see cref="float"/> for inputs, <see cref="int"/> for classes.</typeparam>
public abstract class SampleSource<T>
    where T : struct
{
    /// <summary>How many samples there are; at least 1.</summary>
    public abstract int Samples { get; }

    /// <summary>A text that is another wherever the numbers are others, e.g. a hash of the file they come from: checkpoints keep it.</summary>
    public abstract string Identity { get; }

    /// <summary>Copies a sample's numbers. Allocates nothing, as it is called for each row of each batch.</summary>
    /// <param name="sample">From 0.</param>
    /// <param name="target">Room for all numbers of a sample: <c>[time steps, features]</c> of an input, <c>[time steps]</c> of classes.</param>
    public abstract void CopyTo(int sample, Span<T> target);

    /// <summary>All numbers of all samples.</summary>
    /// <param name="length">Numbers of a sample.</param>
    /// <exception cref="ResearchException">They are more than an array holds.</exception>
    internal T[] ToArray(long length)
    {
        if (length < 1 || Samples * length > Array.MaxLength)
            throw new ResearchException($"{Samples} samples of {length} numbers are made as they are read, and are more than an array holds ({Array.MaxLength}); judge by fewer samples, e.g. by a part of the data.");
        T[] all = new T[Samples * length];
        for (int sample = 0; sample < Samples; sample++) CopyTo(sample, all.AsSpan(sample * (int)length, (int)length));
        return all;
    }

    /// <summary>Some samples that follow each other.</summary>
    internal SampleSource<T> Part(int first, int count) => new Stretch(this, first, count);

    private sealed class Stretch(SampleSource<T> whole, int first, int count) : SampleSource<T>
    {
        public override int Samples => count;

        public override string Identity => FormattableString.Invariant($"{whole.Identity}, samples {first} to {first + count - 1}");

        public override void CopyTo(int sample, Span<T> target) => whole.CopyTo(first + sample, target);
    }
}
