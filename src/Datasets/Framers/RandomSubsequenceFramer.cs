using Research.Framework;
using Research.Framework.Data;

namespace Research.Datasets.Framers;

/// <summary>
/// Random stretches of the sequence, of random lengths and padded to one, predict the next symbol: inputs
/// <c>[samples, maximum length, features]</c>. Each sample begins a new sequence.
/// </summary>
/// <remarks>
/// With n symbols: the start is uniform in [0, n - 3], the end uniform in [start, min(start + maximum length, n - 1) - 1],
/// so that the target lies in the sequence. That is the classic tutorial's draw; it never starts at the last but one symbol.
/// </remarks>
public sealed class RandomSubsequenceFramer : IFramer
{
    private readonly Seeds _seeds;
    private readonly PaddingOptions _padding;

    /// <summary>Creates the framer.</summary>
    /// <param name="samples">How many stretches are drawn; at least 1.</param>
    /// <param name="maximumLength">Symbols of the longest; at least 1.</param>
    /// <param name="seeds">The run's seeds; every <see cref="Frame"/> draws the same numbers, from the stream <see cref="Stream"/>.</param>
    /// <param name="padding">How a shorter one is padded; null for zeros before it, without a mask.</param>
    /// <exception cref="ResearchException">A number is less than 1.</exception>
    public RandomSubsequenceFramer(int samples, int maximumLength, Seeds seeds, PaddingOptions? padding = null)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        Samples = SequenceFraming.AtLeastOne("random subsequences", "a number of samples", samples);
        MaximumLength = SequenceFraming.AtLeastOne("random subsequences", "a maximum length", maximumLength);
        _seeds = seeds;
        _padding = padding ?? new PaddingOptions();
    }

    /// <summary>How many stretches are drawn.</summary>
    public int Samples { get; }

    /// <summary>Symbols of the longest stretch, and time steps of every sample.</summary>
    public int MaximumLength { get; }

    /// <summary>The name of the random stream; give two framers of one run different ones.</summary>
    /// <value>Default <c>framer</c>.</value>
    public string Stream { get; init => field = value ?? throw new ResearchException("Stream: expected a value, got null."); } = "framer";

    /// <inheritdoc/>
    public string Name => $"{Samples} random subsequences of 1 to {MaximumLength}";

    /// <inheritdoc/>
    /// <param name="sequence">At least 3 symbols.</param>
    /// <exception cref="ResearchException">The sequence is too short, or padding looks like a symbol.</exception>
    public Dataset Frame(Sequence sequence)
    {
        SequenceFraming.RequireSymbols(Name, sequence, 3, "so that there is a start to draw");
        _padding.Check(Name, sequence);

        Random random = _seeds.Stream(Stream);
        SequenceFraming.Stretch[] stretches = new SequenceFraming.Stretch[Samples];
        for (int sample = 0; sample < stretches.Length; sample++)
        {
            int start = random.Next(sequence.Count - 2);
            int end = random.Next(start, (int)Math.Min((long)start + MaximumLength, sequence.Count - 1));
            stretches[sample] = new SequenceFraming.Stretch(start, end - start + 1);
        }

        return new SequenceFraming(Name, sequence, MaximumLength, _padding).FrameSeparately(stretches);
    }
}
