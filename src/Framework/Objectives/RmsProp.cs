namespace Research.Framework.Objectives;

/// <summary>
/// RMSprop: v = ρ v + (1-ρ) g², w -= lr g / √(v + ε). Centred, the mean gradient's square is taken from v; with momentum, the
/// change is added to momentum times the last one. Hinton, <em>Neural networks for machine learning</em>, lecture 6, 2012, as
/// in Keras 3.
/// </summary>
public sealed record RmsProp : Optimizer
{
    /// <inheritdoc/>
    public override string Name => "rmsprop";

    /// <summary>ρ, the decay of the mean square.</summary>
    /// <value>In [0, 1). Default 0.9.</value>
    public double Rho { get; init; } = 0.9;

    /// <summary>How much of the last change is repeated.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double Momentum { get; init; }

    /// <summary>ε, added to the mean square, under the root.</summary>
    /// <value>Above 0. Default 1e-7.</value>
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>Whether ε is added to the root instead, as in Keras 2.</summary>
    /// <value>Default false.</value>
    public bool EpsilonOutsideRoot { get; init; }

    /// <summary>Whether the square of the mean gradient is taken from the mean square, which leaves the variance.</summary>
    /// <value>Default false.</value>
    public bool Centered { get; init; }

    /// <summary>v, <c>mean_square</c>; <c>mean_gradient</c> where it is centred; the last change, <c>velocity</c>, where there is momentum.</summary>
    public override IReadOnlyList<string> Moments =>
        ["mean_square", .. Centered ? ["mean_gradient"] : Array.Empty<string>(), .. Momentum > 0 ? ["velocity"] : Array.Empty<string>()];

    private protected override double UsualRate => 0.001;

    private protected override IReadOnlyList<Setting<Optimizer>> OwnSettings =>
    [
        Setting.Number<Optimizer>("rho", Rho, value => this with { Rho = value }, atLeast: 0, below: 1),
        Setting.Number<Optimizer>("momentum", Momentum, value => this with { Momentum = value }, atLeast: 0, below: 1),
        Setting.Number<Optimizer>("epsilon", Epsilon, value => this with { Epsilon = value }, above: 0),
        Setting.Flag<Optimizer>("epsilon_outside_root", EpsilonOutsideRoot, value => this with { EpsilonOutsideRoot = value }),
        Setting.Flag<Optimizer>("centered", Centered, value => this with { Centered = value }),
    ];

    internal override IEnumerable<string> Findings() =>
        [.. base.Findings(), .. FractionFinding("rho", Rho), .. SingleFractionFinding("momentum", Momentum), .. EpsilonFinding(Epsilon)];
}
