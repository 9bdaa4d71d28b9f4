namespace Research.Framework.Experiments;

/// <summary>What one output of the model was for the evaluated data. Immutable.</summary>
public sealed record OutputResult
{
    /// <summary>The output's name, e.g. <c>output</c>.</summary>
    public required string Name { get; init => field = Required.Value(value); }

    /// <summary>Time steps of the output.</summary>
    /// <value>Default 1.</value>
    public int TimeSteps { get; init; } = 1;

    /// <summary>Numbers at each step.</summary>
    /// <value>Default 1.</value>
    public int Width { get; init; } = 1;

    /// <summary>The output's values, <c>[samples, time steps, width]</c>: scores of classes, or values in the user's units (<see cref="Data.TargetBlock.Units"/>).</summary>
    public IReadOnlyList<float> Values { get; init => field = Required.Value(value); } = [];

    /// <summary>What the values should have been, <c>[samples, time steps, width]</c>; anything where a row does not count.</summary>
    /// <value>Default null: the targets are classes, or none was asked for (every row's weight is 0).</value>
    public IReadOnlyList<float>? Targets { get; init; }

    /// <summary>A person's names of the classes, or of the real-valued outputs, <c>[width]</c>: the target's own, or for classes of a text its symbols.</summary>
    /// <value>Default null: there are none.</value>
    public IReadOnlyList<string>? Names { get; init => field = value is null ? null : Required.Each(value); }

    /// <summary>Whether each row of the values counts, <c>[samples, time steps]</c>: metrics and losses are of those that do.</summary>
    /// <value>Default null: all count.</value>
    public IReadOnlyList<bool>? Counts { get; init; }

    /// <summary>
    /// One entry for each sample, where the targets are classes; otherwise empty. Symbols are the target's names of classes, those of
    /// the data's text, or else class numbers. Steps that do not count are left out, and samples none of whose steps counts.
    /// </summary>
    public IReadOnlyList<LabelledPrediction> Predictions { get; init => field = Required.Each(value); } = [];

    /// <summary>
    /// Of how many samples the predictions are left out: all of them, where they were too many to keep and metrics were taken batch by
    /// batch. <see cref="Values"/> and <see cref="Predictions"/> are then empty.
    /// </summary>
    /// <value>Default 0: none.</value>
    public int LeftOut { get; init; }
}
