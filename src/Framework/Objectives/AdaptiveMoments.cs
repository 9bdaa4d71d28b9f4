namespace Research.Framework.Objectives;

/// <summary>
/// What <see cref="Adam"/> and <see cref="AdamW"/> share: m = β1 m + (1-β1) g, v = β2 v + (1-β2) g²,
/// w -= a m / (√v + ε) with a = lr √(1-β2^t) / (1-β1^t) in step t, from 1.
/// </summary>
public abstract record AdaptiveMoments : Optimizer
{
    private protected AdaptiveMoments()
    {
    }

    /// <summary>Decay of the first moment.</summary>
    /// <value>In [0, 1). Default 0.9.</value>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    /// <value>In [0, 1). Default 0.999.</value>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    /// <value>Above 0. Default 1e-7, as in Keras.</value>
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>
    /// Whether the largest v so far takes v's place in the update. Reddi, Kale and Kumar, <em>On the convergence of Adam and
    /// beyond</em>, ICLR 2018.
    /// </summary>
    /// <value>Default false.</value>
    public bool AmsGrad { get; init; }

    /// <summary>m and v, <c>first_moment</c> and <c>second_moment</c>, and <c>largest_second_moment</c> where <see cref="AmsGrad"/> keeps one.</summary>
    public sealed override IReadOnlyList<string> Moments => ["first_moment", "second_moment", .. AmsGrad ? ["largest_second_moment"] : Array.Empty<string>()];

    private protected override double UsualRate => 0.001;

    private protected override IReadOnlyList<Setting<Optimizer>> OwnSettings =>
    [
        Setting.Number<Optimizer>("beta1", Beta1, value => this with { Beta1 = value }, atLeast: 0, below: 1),
        Setting.Number<Optimizer>("beta2", Beta2, value => this with { Beta2 = value }, atLeast: 0, below: 1),
        Setting.Number<Optimizer>("epsilon", Epsilon, value => this with { Epsilon = value }, above: 0),
        Setting.Flag<Optimizer>("amsgrad", AmsGrad, value => this with { AmsGrad = value }),
    ];

    internal override IEnumerable<string> Findings() =>
        [.. base.Findings(), .. FractionFinding("beta1", Beta1), .. FractionFinding("beta2", Beta2), .. EpsilonFinding(Epsilon)];
}
