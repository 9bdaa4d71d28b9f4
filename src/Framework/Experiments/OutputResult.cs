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

    /// <summary>Whether each row of the values counts, <c>[samples, time steps]</c>: metrics and losses are of those that do.</summary>
    /// <value>Default null: all count.</value>
    public IReadOnlyList<bool>? Counts { get; init; }

    /// <summary>
    /// One entry for each sample, where the targets are classes; otherwise empty. Symbols are the target's names of classes, those of
    /// the data's text, or else class numbers. Steps that do not count are left out, and samples none of whose steps counts.
    /// </summary>
    public IReadOnlyList<LabelledPrediction> Predictions { get; init => field = Required.Each(value); } = [];
}
