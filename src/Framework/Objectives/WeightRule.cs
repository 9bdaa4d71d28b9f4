namespace Research.Framework.Objectives;

/// <summary>What some weights are held to while they are trained. Immutable.</summary>
public sealed record WeightRule
{
    /// <summary>Which weights, by name, e.g. <c>*/kernel</c> or <c>lstm_1/*</c>; <c>*</c> stands for any text, also none.</summary>
    public required string Pattern { get; init => field = Required.Value(value); }

    /// <summary>λ: adds λ Σw² to the loss, and so 2λw to the gradient.</summary>
    /// <value>0 or more. Default 0.</value>
    public double L2 { get; init; }

    /// <summary>
    /// The most that the Euclidean norm of a column (of the whole weight, where it is a row vector) may be after an update;
    /// a longer one is scaled down. Keras' <c>max_norm</c> with axis 0.
    /// </summary>
    /// <value>Above 0, or null for no limit. Default null.</value>
    public double? MaxNorm { get; init; }

    /// <summary>Pattern, penalty and limit; each sets a copy.</summary>
    public IReadOnlyList<Setting<WeightRule>> Settings =>
    [
        Setting.Text<WeightRule>("pattern", Pattern, value => this with { Pattern = value }, "a weight's name, e.g. */kernel"),
        Setting.Number<WeightRule>("l2", L2, value => this with { L2 = value }, atLeast: 0),
        Setting.Optional<WeightRule>("max_norm", MaxNorm, value => this with { MaxNorm = value }, above: 0),
    ];

    /// <summary>Findings about settings out of range; empty when all is well.</summary>
    internal IEnumerable<string> Findings()
    {
        if (string.IsNullOrEmpty(Pattern)) yield return "pattern: expected a weight's name, e.g. '*/kernel', got an empty one";
        if (!SinglePrecision.IsZeroOrPositive(2 * L2)) yield return $"L2: expected 0 or more, got {SinglePrecision.Said(L2)}";
        if (MaxNorm is { } norm && !SinglePrecision.IsLimit(norm)) yield return $"max norm: expected a number above 0, got {SinglePrecision.Said(norm)}";
    }
}
