using Research.Framework.Objectives;

namespace Research.Framework.Training;

/// <summary>How long and how a model is trained. Immutable.</summary>
public sealed record TrainingOptions
{
    /// <summary>The largest number of <see cref="Threads"/>.</summary>
    public const int MostThreads = 1024;

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

    /// <summary>
    /// Through how many earlier batches the gradient reaches back where state is carried (truncated back-propagation
    /// through time): they are run again before the batch, from the state before them, and only the batch itself has a
    /// loss. Williams and Peng, <em>An efficient gradient-based algorithm for on-line training of recurrent network
    /// trajectories</em>, Neural Computation 2(4), 1990.
    /// </summary>
    /// <value>0 or more. Default 0: no gradient crosses a batch boundary.</value>
    public int EarlierBatches { get; init; }

    /// <summary>The most threads that one training may use, from 1 to <see cref="MostThreads"/>. Never changes a result.</summary>
    /// <value>At least 1. Default 1: many seeds at once use the cores better.</value>
    public int Threads { get; init; } = 1;

    /// <summary>Penalties and limits on weights; where several rules name a weight, their penalties add up and the smallest limit holds.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<WeightRule> WeightRules { get; init; } = [];

    /// <summary>Findings about settings out of range; empty when all is well.</summary>
    internal IEnumerable<string> Findings()
    {
        if (Epochs < 0) yield return $"epochs: expected 0 or more, got {Epochs}";
        if (EarlierBatches < 0) yield return $"earlier batches: expected 0 or more, got {EarlierBatches}";
        if (Threads is < 1 or > MostThreads) yield return $"threads: expected 1 to {MostThreads}, got {Threads}";
        if (BatchSize < 1) yield return $"batch size: expected at least 1, got {BatchSize}";
        foreach (string finding in Optimizer.Findings()) yield return $"{Optimizer.Name} {finding}";
        foreach (WeightRule rule in WeightRules)
        {
            foreach (string finding in rule.Findings()) yield return $"weight rule '{rule.Pattern}' {finding}";
        }
    }
}
