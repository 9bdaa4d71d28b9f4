using Research.Framework.Objectives;

namespace Research.Framework.Engine;

/// <summary>All that an optimizer has to remember between two steps: restored, training goes on with the same bits.</summary>
public sealed record OptimizerState
{
    /// <summary>The optimizer's name, e.g. <c>adam</c>.</summary>
    public required string Optimizer { get; init; }

    /// <summary>Updates so far.</summary>
    public required long Steps { get; init; }

    /// <summary>β1 to the power of the updates so far, as it was multiplied up; 1 for optimizers without it.</summary>
    public required double Beta1Power { get; init; }

    /// <summary>β2 to the power of the updates so far, as it was multiplied up; 1 for optimizers without it.</summary>
    public required double Beta2Power { get; init; }

    /// <summary>The moments of every weight; none for an optimizer that keeps none.</summary>
    public required IReadOnlyList<OptimizerTensor> Tensors { get; init; }
}
