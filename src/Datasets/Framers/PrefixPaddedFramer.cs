using Research.Framework;
using Research.Framework.Data;

namespace Research.Datasets.Framers;

/// <summary>
/// The whole history, padded to one length, predicts the next symbol: sample i is the first i + 1 symbols, inputs
/// <c>[count - 1, length, features]</c>. Each sample begins a new sequence.
/// </summary>
/// <remarks>To generate, a history longer than the length is cut to its newest symbols.</remarks>
public sealed class PrefixPaddedFramer : IFramer
{
    private readonly PaddingOptions _padding;

    /// <summary>Creates the framer.</summary>
    /// <param name="length">Time steps of a sample; at least 1. Default 25, the alphabet's longest history.</param>
    /// <param name="padding">How a shorter history is padded; null for zeros before it, without a mask.</param>
    /// <exception cref="ResearchException">The length is less than 1.</exception>
    public PrefixPaddedFramer(int length = 25, PaddingOptions? padding = null)
    {
        Length = SequenceFraming.AtLeastOne("padded prefixes", "a length", length);
        _padding = padding ?? new PaddingOptions();
    }

    /// <summary>Time steps of a sample.</summary>
    public int Length { get; }

    /// <inheritdoc/>
    public string Name => $"prefixes padded to {Length}";

    /// <inheritdoc/>
    /// <param name="sequence">At least 2 symbols, and at most one more than the length.</param>
    /// <exception cref="ResearchException">The sequence is too short or too long, or padding looks like a symbol.</exception>
    public Dataset Frame(Sequence sequence)
    {
        SequenceFraming.RequireSymbols(Name, sequence, 2, "1 for the input and 1 for the target");
        if (sequence.Count - 1 > Length)
            throw new ResearchException($"{Name}: expected a sequence of at most {Length + 1L} symbols, got {sequence.Count}, whose longest history has {sequence.Count - 1}; use a length of {sequence.Count - 1} or a shorter sequence.");
        _padding.Check(Name, sequence);
        return new SequenceFraming(Name, sequence, Length, _padding)
            .FrameSeparately([.. Enumerable.Range(1, sequence.Count - 1).Select(length => new SequenceFraming.Stretch(0, length))]);
    }
}
