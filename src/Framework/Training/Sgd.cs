namespace Research.Framework.Training;

/// <summary>Stochastic gradient descent: v = momentum v - lr g, w += v (w -= lr g without momentum).</summary>
public sealed record Sgd : Optimizer
{
    /// <inheritdoc/>
    public override string Name => "sgd";

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 0.01;

    /// <summary>How much of the last change is repeated.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double Momentum { get; init; }

    internal override IEnumerable<string> Findings()
    {
        foreach (string finding in base.Findings()) yield return finding;
        if (!(Momentum is >= 0 and < 1)) yield return $"momentum: expected at least 0 and below 1, got {Momentum}";
    }
}
