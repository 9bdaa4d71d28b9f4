namespace Research.Framework.Objectives;

/// <summary>
/// <see cref="Adam"/> with weights that decay by themselves: before each update w -= lr λ w, which the moments do not see.
/// Loshchilov and Hutter, <em>Decoupled weight decay regularization</em>, ICLR 2019, as in Keras.
/// </summary>
public sealed record AdamW : AdaptiveMoments
{
    /// <inheritdoc/>
    public override string Name => "adamw";

    /// <summary>λ.</summary>
    /// <value>0 or more. Default 0.004, as in Keras.</value>
    public double WeightDecay { get; init; } = 0.004;

    /// <summary>Which weights decay, by name, e.g. <c>*kernel</c> to leave out biases; <c>*</c> stands for any text.</summary>
    /// <value>Default <c>*</c>: all of them, as in Keras.</value>
    public string DecayPattern { get; init => field = Required.Value(value); } = "*";

    /// <summary>Whether a weight decays.</summary>
    /// <param name="weight">The weight's name.</param>
    public bool Decays(string weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return WeightDecay > 0 && NamePattern.Matches(DecayPattern, weight);
    }

    private protected override IReadOnlyList<Setting<Optimizer>> OwnSettings =>
    [
        .. base.OwnSettings,
        Setting.Number<Optimizer>("weight_decay", WeightDecay, value => this with { WeightDecay = value }, atLeast: 0),
        Setting.Text<Optimizer>("decay_pattern", DecayPattern, value => this with { DecayPattern = value }, "a weight's name, e.g. */kernel"),
    ];

    internal override IEnumerable<string> Findings()
    {
        foreach (string finding in base.Findings()) yield return finding;
        if (!SinglePrecision.IsZeroOrPositive(WeightDecay)) yield return Finding("weight decay", "0 or more", WeightDecay);
        if (string.IsNullOrEmpty(DecayPattern)) yield return "decay pattern: expected a name, e.g. '*/kernel', got an empty one";
    }
}
