namespace Research.Framework.Equations;

/// <summary>The backward step, in the trace of a copy of the forward one.</summary>
internal sealed class StepGradient
{
    /// <summary>The step, with the backward one in its trace.</summary>
    public required StepEquations Step { get; init; }

    /// <summary>Where the gradient arrives: the output, or what its last function reads.</summary>
    public required Expr Seed { get; init; }

    /// <summary>Leaf: the loss' gradient with respect to the step's output.</summary>
    public required Expr OutputGradient { get; init; }

    /// <summary>Leaves: the loss' gradients with respect to the new state, from the step after.</summary>
    public required Expr[] NewStateGradients { get; init; }

    /// <summary>The gradients with respect to the inputs; null where nothing depends on it.</summary>
    public required Expr?[] InputGradients { get; init; }

    /// <summary>The gradients with respect to the old state; null where nothing depends on it.</summary>
    public required Expr?[] StateGradients { get; init; }

    public required IReadOnlyList<WeightGradient> WeightGradients { get; init; }
}
