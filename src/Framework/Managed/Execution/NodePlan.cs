using Research.Framework.Engine;
using Research.Framework.Managed.Planning;
using Research.Framework.Models;

namespace Research.Framework.Managed.Execution;

/// <summary>One node of a compiled model, before rows and time steps are known.</summary>
internal sealed class NodePlan
{
    public required GraphNode Node { get; init; }

    /// <summary>The planned step; null for nodes without equations.</summary>
    public StepPlan? Step { get; init; }

    /// <summary>The last function of equations, where it is a stage of its own: their output is read by others, and a loss goes past it. Null elsewhere.</summary>
    public StepPlan? LastFunction { get; init; }

    /// <summary>A scan's dropout of its input, or the draws of a noise node.</summary>
    public NoiseStream? InputNoise { get; init; }

    public NoiseStream? StateNoise { get; init; }

    /// <summary>For each input, whether another reader leaves its part of the gradient before this node does.</summary>
    public required bool[] Adds { get; init; }

    /// <summary>The only reader, where it is a view of the last step; null otherwise.</summary>
    public SelectNode? ReadByLastView { get; init; }
}
