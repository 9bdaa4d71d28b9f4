using Research.Datasets.Encoders;
using Research.Framework;
using Research.Framework.Data;

namespace Research.Datasets.Framers;

/// <summary>
/// What the framers share: a sample is a stretch of the sequence, written to a row of <c>length</c> slots, and its
/// target is the symbol that follows. Slots are time steps, or features of one time step: in memory it is the same.
/// </summary>
/// <param name="framer">The framer's name.</param>
/// <param name="sequence">What is framed.</param>
/// <param name="length">Slots, each of one symbol.</param>
/// <param name="padding">Null where every sample fills its slots.</param>
internal sealed class SequenceFraming(string framer, Sequence sequence, int length, PaddingOptions? padding = null) : ITextFraming
{
    // A text framing has no way to hand over a mask, hence with one a history must leave nothing to pad.
    public int MinimumHistory => padding is null || padding.Mask ? length : 1;

    public int Window => length;

    /// <summary>As the samples that were framed: known once there are some.</summary>
    public bool Continues { get; private set; } = true;

    public ITextFraming Step { get => field ?? this; private set; }

    public float[] Encode(string history)
    {
        ArgumentNullException.ThrowIfNull(history);
        int[] symbols = sequence.Vocabulary.IndicesOf(history);
        if (symbols.Length < MinimumHistory)
            throw new ResearchException($"{framer}: expected a history of at least {MinimumHistory} symbols, got {symbols.Length} in {Vocabulary.Quote(history)}; start from a longer prompt.");

        float[] input = new float[length * sequence.Features];
        Write(symbols.AsSpan(Math.Max(0, symbols.Length - length)), input, []);
        return input;
    }

    public void EncodeTo(ReadOnlySpan<char> history, Span<float> input)
    {
        int count = sequence.Vocabulary.CountSymbols(history), skipped = Math.Max(0, count - length);
        bool known = count >= MinimumHistory;
        if (known && padding is not null) input.Fill(padding.Value);
        int features = sequence.Features, slot = FirstSlot(count - skipped);
        for (int i = 0; i < history.Length && known;)
        {
            int units = sequence.Vocabulary.SymbolLength(history[i..]), symbol = sequence.Vocabulary.Find(history.Slice(i, units));
            known = symbol >= 0;
            if (known && skipped-- <= 0) sequence.Code(symbol).CopyTo(input[(slot++ * features)..]);
            i += units;
        }

        if (!known) Encode(history.ToString()).CopyTo(input); // says what is wrong
    }

    public int SymbolLength(ReadOnlySpan<char> text) => sequence.Vocabulary.SymbolLength(text);

    public string Separator => sequence.Vocabulary.Separator;

    public string Decode(int targetClass) => sequence.Vocabulary[targetClass];

    /// <summary>How text goes into samples of time steps that were framed elsewhere.</summary>
    public static SequenceFraming OfText(string framer, Sequence sequence, int length, bool continues) => new(framer, sequence, length)
    {
        Continues = continues,
        Step = new SequenceFraming(framer, sequence, length: 1),
    };

    /// <summary>Frames the given stretches.</summary>
    /// <param name="stretches">Each followed by at least one more symbol.</param>
    /// <param name="slotsAreFeatures">Whether the slots are the features of one time step.</param>
    /// <param name="targetAtEveryStep">Whether each slot predicts the symbol after it, instead of the last slot alone; never with padding.</param>
    /// <param name="boundaries">Which samples begin a new sequence; null for the first alone.</param>
    /// <param name="contiguousRows">See <see cref="Dataset.ContiguousRows"/>.</param>
    public Dataset Frame(IReadOnlyList<Stretch> stretches, bool slotsAreFeatures = false, bool targetAtEveryStep = false, bool[]? boundaries = null, int? contiguousRows = null)
    {
        Continues = boundaries?.Contains(false) ?? true;
        Step = slotsAreFeatures || length == 1 ? this : new SequenceFraming(framer, sequence, length: 1);
        int targetSteps = targetAtEveryStep ? length : 1;
        int samples = stretches.Count, width = length * sequence.Features;
        if ((long)samples * length * sequence.Features > Array.MaxLength)
            throw new ResearchException($"{framer}: {samples} samples of {length} symbols of {sequence.Features} features are more than an array holds ({Array.MaxLength}); frame less text, or choose an encoder of fewer features.");

        float[] inputs = new float[samples * width];
        int[] targets = new int[samples * targetSteps];
        bool[]? mask = padding is { Mask: true } ? new bool[samples * length] : null;
        for (int sample = 0; sample < samples; sample++)
        {
            Stretch stretch = stretches[sample];
            ReadOnlySpan<int> symbols = sequence.Span.Slice(stretch.Start, stretch.Length);
            Write(symbols, inputs.AsSpan(sample * width, width), mask is null ? [] : mask.AsSpan(sample * length, length));
            sequence.Span.Slice(stretch.Start + stretch.Length + 1 - targetSteps, targetSteps).CopyTo(targets.AsSpan(sample * targetSteps));
        }

        Dataset data = new()
        {
            Description = $"{framer} over {sequence}",
            Samples = samples,
            Input = new()
            {
                TimeSteps = slotsAreFeatures ? 1 : length,
                Features = slotsAreFeatures ? width : sequence.Features,
                Values = inputs,
                Mask = mask,
            },
            Target = new() { TimeSteps = targetSteps, Width = sequence.Vocabulary.Count, Classes = targets },
            Boundaries = boundaries,
            ContiguousRows = contiguousRows,
            Text = this,
            InputLabels = new StretchLabels(sequence, stretches),
        };
        data.Validate();
        return data;
    }

    /// <summary>Writes symbols, at most <c>length</c>, to one sample's input and, unless it is empty, to its mask.</summary>
    private void Write(ReadOnlySpan<int> symbols, Span<float> input, Span<bool> mask)
    {
        int features = sequence.Features, first = FirstSlot(symbols.Length);
        if (padding is not null) input.Fill(padding.Value);
        for (int i = 0; i < symbols.Length; i++) sequence.Code(symbols[i]).CopyTo(input[((first + i) * features)..]);
        if (!mask.IsEmpty) mask.Slice(first, symbols.Length).Fill(true);
    }

    private int FirstSlot(int symbols) => padding is { Side: PaddingSide.After } ? 0 : length - symbols;

    /// <summary>Some symbols of the sequence.</summary>
    /// <param name="Start">The first symbol's place.</param>
    /// <param name="Length">How many there are.</param>
    internal readonly record struct Stretch(int Start, int Length);

    /// <summary>Frames stretches that have nothing to do with each other: each begins a new sequence.</summary>
    public Dataset FrameSeparately(IReadOnlyList<Stretch> stretches)
    {
        bool[] boundaries = new bool[stretches.Count];
        Array.Fill(boundaries, true);
        return Frame(stretches, boundaries: boundaries);
    }

    /// <summary>All stretches of a length that another symbol follows.</summary>
    internal static IReadOnlyList<Stretch> Sliding(string framer, Sequence sequence, int length)
    {
        RequireSymbols(framer, sequence, length + 1L, $"{length} for the input and 1 for the target");
        return new SlidingStretches(sequence.Count - length, length);
    }

    internal static void RequireSymbols(string framer, Sequence sequence, long least, string why)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        if (sequence.Count < least)
            throw new ResearchException($"{framer}: expected a sequence of at least {least} symbols ({why}), got {sequence.Count} in {Vocabulary.Quote(sequence.ToString())}; use a longer sequence or a smaller framer.");
    }

    internal static int AtLeastOne(string framer, string what, int value) =>
        value >= 1 ? value : throw new ResearchException($"{framer}: expected {what} of at least 1, got {value}.");
}
