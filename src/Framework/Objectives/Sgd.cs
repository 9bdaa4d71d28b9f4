namespace Research.Framework.Objectives;

/// <summary>
/// Stochastic gradient descent: w -= lr g; with momentum, v = momentum v - lr g and w += v; with Nesterov's,
/// w += momentum v - lr g. Sutskever, Martens, Dahl and Hinton, <em>On the importance of initialization and momentum in
/// deep learning</em>, ICML 2013.
/// </summary>
public sealed record Sgd : Optimizer
{
    /// <inheritdoc/>
    public override string Name => "sgd";

    /// <summary>How much of the last change is repeated.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double Momentum { get; init; }

    /// <summary>Whether the momentum is Nesterov's. Makes no difference without momentum.</summary>
    /// <value>Default false.</value>
    public bool Nesterov { get; init; }

    /// <summary>v, <c>velocity</c>, where there is momentum.</summary>
    public override IReadOnlyList<string> Moments => Momentum > 0 ? ["velocity"] : [];

    private protected override double UsualRate => 0.01;

    private protected override IReadOnlyList<Setting<Optimizer>> OwnSettings =>
    [
        Setting.Number<Optimizer>("momentum", Momentum, value => this with { Momentum = value }, atLeast: 0, below: 1),
        Setting.Flag<Optimizer>("nesterov", Nesterov, value => this with { Nesterov = value }),
    ];

    internal override IEnumerable<string> Warnings()
    {
        if (Nesterov && Momentum == 0) yield return "nesterov: there is no momentum, so that it makes no difference; set a momentum, e.g. 0.9";
    }

    internal override IEnumerable<string> Findings() => [.. base.Findings(), .. SingleFractionFinding("momentum", Momentum)];
}
