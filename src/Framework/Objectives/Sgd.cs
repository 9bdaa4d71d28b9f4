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

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 0.01;

    /// <summary>How much of the last change is repeated.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double Momentum { get; init; }

    /// <summary>Whether the momentum is Nesterov's. Makes no difference without momentum.</summary>
    /// <value>Default false.</value>
    public bool Nesterov { get; init; }

    internal override IEnumerable<string> Findings() => [.. base.Findings(), .. FractionFinding("momentum", Momentum)];
}
