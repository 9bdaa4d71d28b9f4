using Research.Datasets.Encoders;

namespace Research.Datasets.Tests.Framers;

/// <summary>Texts made of random picks, and a reader of framed samples that shares no code with the framers.</summary>
internal static class Texts
{
    public static readonly Vocabulary Letters = Vocabulary.Of("QWERTZUIOPé😀");

    /// <summary>A text of at least <paramref name="least"/> symbols, as the picks say.</summary>
    public static Sequence Sequence(byte[] picks, int least, IEncoder encoder)
    {
        IEnumerable<int> symbols = picks.Select(pick => (int)pick).Concat(Enumerable.Range(0, Math.Max(0, least - picks.Length)));
        return new Sequence(Letters.TextOf([.. symbols.Select(symbol => symbol % Letters.Count)]), Letters, encoder);
    }

    /// <summary>The symbol of each slot of a sample's input; -1 where every feature is <paramref name="pad"/>.</summary>
    public static int[] Slots(Sequence sequence, ReadOnlySpan<float> input, float? pad = null)
    {
        int[] slots = new int[input.Length / sequence.Features];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            float[] code = input.Slice(slot * sequence.Features, sequence.Features).ToArray();
            slots[slot] = pad is { } value && code.All(feature => feature == value)
                ? -1
                : Enumerable.Range(0, sequence.Vocabulary.Count).Single(symbol => sequence.Encode(symbol).SequenceEqual(code));
        }

        return slots;
    }

    public static ReadOnlySpan<float> Input(Research.Framework.Data.Dataset data, int sample) =>
        data.Input.Values.AsSpan(sample * data.Input.TimeSteps * data.Input.Features, data.Input.TimeSteps * data.Input.Features);

    /// <summary>Whether <paramref name="part"/> occurs in the sequence.</summary>
    public static bool Occurs(Sequence sequence, int[] part) =>
        Enumerable.Range(0, Math.Max(0, sequence.Count - part.Length + 1))
            .Any(start => sequence.Symbols.Skip(start).Take(part.Length).SequenceEqual(part));
}
