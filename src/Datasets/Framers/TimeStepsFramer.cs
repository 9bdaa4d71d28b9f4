using Research.Framework.Data;

namespace Research.Datasets.Framers;

/// <summary>
/// The last few symbols, one after the other as time steps, predict the next: inputs <c>[count - steps, steps, features]</c>.
/// Windows overlap, hence each sample begins a new sequence.
/// </summary>
public sealed class TimeStepsFramer : IFramer
{
    /// <summary>Creates the framer.</summary>
    /// <param name="steps">Time steps of a sample; at least 1.</param>
    /// <exception cref="Research.Framework.ResearchException">There is less than 1 step.</exception>
    public TimeStepsFramer(int steps) => Steps = SequenceFraming.AtLeastOne("time steps", "a number of steps", steps);

    /// <summary>Time steps of a sample.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    public string Name => $"time steps of {Steps}";

    /// <inheritdoc/>
    /// <param name="sequence">At least one symbol more than there are steps.</param>
    /// <exception cref="Research.Framework.ResearchException">The sequence is too short.</exception>
    public Dataset Frame(Sequence sequence) =>
        new SequenceFraming(Name, sequence, Steps).FrameSeparately(SequenceFraming.Sliding(Name, sequence, Steps));
}
