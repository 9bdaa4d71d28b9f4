namespace Research.Framework.Training;

/// <summary>
/// Adam: m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², w -= a m / (√v + ε) with a = lr √(1-β2^t) / (1-β1^t). Kingma and Ba,
/// <em>Adam: a method for stochastic optimization</em>, ICLR 2015, in the form of its section 2's last paragraph, which
/// Keras uses.
/// </summary>
public sealed record Adam : Optimizer
{
    /// <inheritdoc/>
    public override string Name => "adam";

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 0.001;

    /// <summary>Decay of the first moment.</summary>
    /// <value>In [0, 1). Default 0.9.</value>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    /// <value>In [0, 1). Default 0.999.</value>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    /// <value>Above 0. Default 1e-7, as in Keras.</value>
    public double Epsilon { get; init; } = 1e-7;

    internal override IEnumerable<string> Findings()
    {
        foreach (string finding in base.Findings()) yield return finding;
        if (!(Beta1 is >= 0 and < 1)) yield return $"beta1: expected at least 0 and below 1, got {Beta1}";
        if (!(Beta2 is >= 0 and < 1)) yield return $"beta2: expected at least 0 and below 1, got {Beta2}";
        if (!(Epsilon > 0)) yield return $"epsilon: expected a number above 0, got {Epsilon}";
    }
}
