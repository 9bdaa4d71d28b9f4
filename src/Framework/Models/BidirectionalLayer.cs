using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// Two cells over the same input, one forward and one backward in time; the backward one's sequence is turned back, so
/// that step t of both belongs together. Its last output is [forward at T-1, backward at 0]. At masked steps returned
/// sequences are zero, as in Keras 3. Weights and states are called <c>name/forward</c> and <c>name/backward</c>.
/// </summary>
/// <param name="Forward">The cell that runs forward in time.</param>
/// <param name="Backward">The cell that runs backward in time, with weights of its own.</param>
public sealed record BidirectionalLayer(ICell Forward, ICell Backward) : Layer
{
    /// <summary>Whether every step's output goes to the next layer.</summary>
    /// <value>Default false: only the last one of each direction.</value>
    public bool ReturnSequences { get; init; }

    /// <summary>How the two directions are joined.</summary>
    /// <value>Default <see cref="MergeMode.Concat"/>.</value>
    public MergeMode Merge { get; init; }

    internal override string Kind => "bidirectional";
}
