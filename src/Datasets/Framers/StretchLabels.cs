using System.Collections;

namespace Research.Datasets.Framers;

/// <summary>The text of each stretch, made when it is asked for: as strings, the labels would outweigh a long text many times.</summary>
internal sealed class StretchLabels(Sequence sequence, IReadOnlyList<SequenceFraming.Stretch> stretches) : IReadOnlyList<string>
{
    public int Count => stretches.Count;

    public string this[int index] => sequence.Vocabulary.TextOf(sequence.Span.Slice(stretches[index].Start, stretches[index].Length).ToArray());

    public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
