namespace Research.Framework.Equations;

/// <summary>The backward step, in the same trace as the forward one.</summary>
internal sealed class StepGradient
{
    /// <summary>Leaf: the loss' gradient with respect to the step's output.</summary>
    public required Expr OutputGradient { get; init; }

    /// <summary>Leaves: the loss' gradients with respect to the new state, from the step after.</summary>
    public required Expr[] NewStateGradients { get; init; }

    /// <summary>The gradient with respect to the input; null where nothing depends on it.</summary>
    public required Expr? InputGradient { get; init; }

    /// <summary>The gradients with respect to the old state; null where nothing depends on it.</summary>
    public required Expr?[] StateGradients { get; init; }

    public required IReadOnlyList<WeightGradient> WeightGradients { get; init; }
}
