using System.Collections;

namespace Research.Datasets.Framers;

/// <summary>Stretches of one length that begin at one symbol after the other; none of them is kept.</summary>
internal sealed class SlidingStretches(int count, int length) : IReadOnlyList<SequenceFraming.Stretch>
{
    public int Count => count;

    public SequenceFraming.Stretch this[int index] => new(index, length);

    public IEnumerator<SequenceFraming.Stretch> GetEnumerator() => Enumerable.Range(0, count).Select(start => this[start]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
