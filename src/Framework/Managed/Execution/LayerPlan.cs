using Research.Framework.Equations;
using Research.Framework.Managed.Planning;
using Research.Framework.Models;

namespace Research.Framework.Managed.Execution;

/// <summary>One layer of a compiled model, before rows and time steps are known.</summary>
internal sealed class LayerPlan
{
    public required Layer Layer { get; init; }

    /// <summary>The traced step; for a bidirectional layer the forward one; null for layers without equations.</summary>
    public StepPlan? Step { get; init; }

    /// <summary>The backward direction of a bidirectional layer.</summary>
    public StepPlan? BackwardStep { get; init; }

    /// <summary>Weights of layers without equations.</summary>
    public IReadOnlyList<WeightDescription> OwnWeights { get; init; } = [];

    public NoiseSource? InputNoise { get; init; }

    public NoiseSource? StateNoise { get; init; }

    public IEnumerable<WeightDescription> Weights =>
        [.. OwnWeights, .. Step?.Step.Weights ?? [], .. BackwardStep?.Step.Weights ?? []];
}
