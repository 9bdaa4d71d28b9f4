using Research.Framework.Data;

namespace Research.Datasets.Framers;

/// <summary>
/// Each symbol predicts the next: inputs <c>[count - 1, 1, features]</c>. Sample i + 1 goes on where sample i ended, so
/// that a carried state has seen the whole history.
/// </summary>
public sealed class OneStepFramer : IFramer
{
    /// <inheritdoc/>
    public string Name => "one step";

    /// <inheritdoc/>
    /// <param name="sequence">At least 2 symbols.</param>
    /// <exception cref="Research.Framework.ResearchException">The sequence is too short.</exception>
    public Dataset Frame(Sequence sequence) =>
        new SequenceFraming(Name, sequence, length: 1).Frame(SequenceFraming.Sliding(Name, sequence, 1));
}
