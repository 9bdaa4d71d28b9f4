namespace Research.Framework.Data;

/// <summary>
/// A sequence cut into samples: what a framer yields and a trainer reads. Arrays are row-major and never copied;
/// they must not be changed after construction.
/// </summary>
/// <remarks>
/// Targets are either class indices (<see cref="TargetClasses"/>, for categorical cross-entropy) or real values
/// (<see cref="TargetValues"/>): exactly one of the two is given.
/// </remarks>
public sealed class FramedDataset
{
    /// <summary>A short description for people, e.g. <c>time steps of 3 over ABC…Z</c>.</summary>
    public required string Description { get; init; }

    /// <summary>Number of samples; at least 1.</summary>
    public required int Samples { get; init; }

    /// <summary>Time steps of each sample (padded length); at least 1.</summary>
    public required int TimeSteps { get; init; }

    /// <summary>Features at each time step; at least 1.</summary>
    public required int Features { get; init; }

    /// <summary>Inputs, <c>[samples, time steps, features]</c>.</summary>
    public required float[] Inputs { get; init; }

    /// <summary>
    /// Time steps of the targets: 1 where each sample has one target (the model yields its last step), or
    /// <see cref="TimeSteps"/> of the model's output where every step has one.
    /// </summary>
    /// <value>Default 1.</value>
    public int TargetSteps { get; init; } = 1;

    /// <summary>Width of a target: the number of classes, or of real-valued outputs.</summary>
    public required int TargetWidth { get; init; }

    /// <summary>Class indices in [0, <see cref="TargetWidth"/>), <c>[samples, target steps]</c>; null for real-valued targets.</summary>
    public int[]? TargetClasses { get; init; }

    /// <summary>Real-valued targets, <c>[samples, target steps, target width]</c>; null for class targets.</summary>
    public float[]? TargetValues { get; init; }

    /// <summary>
    /// Which input steps are real (true) and which are padding (false), <c>[samples, time steps]</c>; null when every
    /// step counts. A masked step holds the state.
    /// </summary>
    public bool[]? Mask { get; init; }

    /// <summary>
    /// How much each sample's loss weighs in training, <c>[samples]</c>; null where all weigh 1. The loss is the sum of
    /// weight times loss, divided by the number of targets that count, not by the sum of the weights (as in Keras).
    /// </summary>
    public float[]? SampleWeights { get; init; }

    /// <summary>
    /// Which samples begin a new sequence (a new trajectory, document or pass), <c>[samples]</c>; null when only sample
    /// 0 does. Read by state policies that reset at boundaries.
    /// </summary>
    public bool[]? Boundaries { get; init; }

    /// <summary>How text goes in and classes come out; null for data that is not text.</summary>
    public ITextFraming? Text { get; init; }

    /// <summary>A person's view of a sample's input, <c>[samples]</c>, e.g. <c>ABC</c>; null when there is none.</summary>
    public IReadOnlyList<string>? InputLabels { get; init; }

    /// <summary>Throws a <see cref="ResearchException"/> listing every finding unless sizes, ranges and values agree.</summary>
    public void Validate() => Validate(needsTargets: true);

    /// <summary>As <see cref="Validate()"/>; for predicting, targets may be left out.</summary>
    internal void Validate(bool needsTargets)
    {
        List<string> findings = [];
        void Require(bool condition, string finding)
        {
            if (!condition) findings.Add(finding);
        }

        Require(Samples >= 1, $"samples: expected at least 1, got {Samples}");
        Require(TimeSteps >= 1, $"time steps: expected at least 1, got {TimeSteps}");
        Require(Features >= 1, $"features: expected at least 1, got {Features}");
        Require(TargetSteps >= 1, $"target steps: expected at least 1, got {TargetSteps}");
        Require(TargetWidth >= 1, $"target width: expected at least 1, got {TargetWidth}");
        if (findings.Count == 0)
        {
            long inputs = (long)Samples * TimeSteps * Features;
            Require(Inputs.Length == inputs, $"inputs: expected [{Samples}, {TimeSteps}, {Features}] = {inputs} values, got {Inputs.Length}");
            Require((TargetClasses is null) != (TargetValues is null) || (!needsTargets && TargetValues is null), "targets: expected either class indices or values, not both and not neither");
            long targets = (long)Samples * TargetSteps;
            Require(TargetClasses is null || TargetClasses.Length == targets, $"target classes: expected [{Samples}, {TargetSteps}] = {targets} indices, got {TargetClasses?.Length}");
            Require(TargetValues is null || TargetValues.Length == targets * TargetWidth, $"target values: expected [{Samples}, {TargetSteps}, {TargetWidth}] = {targets * TargetWidth} values, got {TargetValues?.Length}");
            Require(Mask is null || Mask.Length == (long)Samples * TimeSteps, $"mask: expected [{Samples}, {TimeSteps}] = {(long)Samples * TimeSteps} flags, got {Mask?.Length}");
            Require(Boundaries is null || Boundaries.Length == Samples, $"boundaries: expected [{Samples}] flags, got {Boundaries?.Length}");
            Require(SampleWeights is null || SampleWeights.Length == Samples, $"sample weights: expected [{Samples}] numbers, got {SampleWeights?.Length}");
            int unfit = SampleWeights is null ? -1 : Array.FindIndex(SampleWeights, weight => !(weight >= 0) || !float.IsFinite(weight));
            Require(unfit < 0, $"sample weights: expected finite numbers of 0 or more, got {(unfit < 0 ? 0 : SampleWeights![unfit])} at sample {unfit}");
            Require(InputLabels is null || InputLabels.Count == Samples, $"input labels: expected {Samples}, got {InputLabels?.Count}");
            int bad = Array.FindIndex(Inputs, value => !float.IsFinite(value));
            Require(bad < 0, $"inputs: expected finite values, got {(bad < 0 ? 0 : Inputs[bad])} at sample {bad / ((long)TimeSteps * Features)}; clean or mask the data before framing it");
            if (TargetClasses is not null)
            {
                int outside = Array.FindIndex(TargetClasses, c => c < 0 || c >= TargetWidth);
                Require(outside < 0, $"target classes: expected 0 to {TargetWidth - 1}, got {(outside < 0 ? 0 : TargetClasses[outside])} at sample {outside / TargetSteps}");
            }

            if (TargetValues is not null)
            {
                int nan = Array.FindIndex(TargetValues, value => !float.IsFinite(value));
                Require(nan < 0, $"target values: expected finite values, got {(nan < 0 ? 0 : TargetValues[nan])} at sample {nan / ((long)TargetSteps * TargetWidth)}");
            }
        }

        if (findings.Count > 0)
            throw new ResearchException($"The data '{Description}' cannot be used: {string.Join("; ", findings)}.");
    }
}
