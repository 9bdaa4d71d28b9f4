namespace Research.Framework.Training;

/// <summary>How long and how a model is trained. Immutable.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data.</summary>
    /// <value>0 or more (0 leaves the start weights). Default 1.</value>
    public int Epochs { get; init; } = 1;

    /// <summary>Samples trained at once; the last batch of an epoch may have fewer.</summary>
    /// <value>At least 1. Default 32.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>Whether samples are drawn in a new seeded order each epoch.</summary>
    /// <value>Default true. Must be false where the state policy carries state between batches.</value>
    public bool Shuffle { get; init; } = true;

    /// <summary>What is made small.</summary>
    /// <value>Default categorical cross-entropy.</value>
    public Loss Loss { get; init; } = Loss.CategoricalCrossEntropy;

    /// <summary>How weights change.</summary>
    /// <value>Default Adam with Keras' settings.</value>
    public Optimizer Optimizer { get; init; } = new Adam();

    /// <summary>Penalties and limits on weights; where several rules name a weight, their penalties add up and the smallest limit holds.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<WeightRule> WeightRules { get; init; } = [];

    /// <summary>Findings about settings out of range; empty when all is well.</summary>
    internal IEnumerable<string> Findings()
    {
        if (Epochs < 0) yield return $"epochs: expected 0 or more, got {Epochs}";
        if (BatchSize < 1) yield return $"batch size: expected at least 1, got {BatchSize}";
        foreach (string finding in Optimizer.Findings()) yield return $"{Optimizer.Name} {finding}";
        foreach (WeightRule rule in WeightRules)
        {
            foreach (string finding in rule.Findings()) yield return $"weight rule '{rule.Pattern}' {finding}";
        }
    }
}
