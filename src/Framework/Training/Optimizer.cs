namespace Research.Framework.Training;

/// <summary>How gradients change weights: immutable settings; the engine keeps the moments.</summary>
public abstract record Optimizer
{
    private protected Optimizer()
    {
    }

    /// <summary>The name in plans, e.g. <c>adam</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Step size.</summary>
    /// <value>Above 0. Default 0.001 for Adam, 0.01 for SGD.</value>
    public abstract double LearningRate { get; init; }

    /// <summary>Findings about settings out of range; empty when all is well.</summary>
    internal virtual IEnumerable<string> Findings()
    {
        if (!(LearningRate > 0) || !double.IsFinite(LearningRate))
            yield return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"learning rate: expected a number above 0, got {LearningRate}");
    }
}
