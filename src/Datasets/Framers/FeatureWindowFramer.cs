using Research.Framework.Data;

namespace Research.Datasets.Framers;

/// <summary>
/// The last few symbols, side by side as features of one time step, predict the next: inputs
/// <c>[count - window, 1, window × features]</c>, the oldest symbol first.
/// </summary>
public sealed class FeatureWindowFramer : IFramer
{
    /// <summary>Creates the framer.</summary>
    /// <param name="window">Symbols in the window; at least 1.</param>
    /// <exception cref="Research.Framework.ResearchException">The window is less than 1.</exception>
    public FeatureWindowFramer(int window) => Window = SequenceFraming.AtLeastOne("feature window", "a window", window);

    /// <summary>Symbols in the window.</summary>
    public int Window { get; }

    /// <inheritdoc/>
    public string Name => $"feature window of {Window}";

    /// <inheritdoc/>
    /// <param name="sequence">At least one symbol more than the window.</param>
    /// <exception cref="Research.Framework.ResearchException">The sequence is too short.</exception>
    public Dataset Frame(Sequence sequence) =>
        new SequenceFraming(Name, sequence, Window).Frame(SequenceFraming.Sliding(Name, sequence, Window), slotsAreFeatures: true);
}
