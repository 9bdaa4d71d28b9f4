using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>One contribution to a weight's gradient, after all steps.</summary>
internal sealed class WeightGradientPlan
{
    /// <summary>The weight or the view of it.</summary>
    public required Expr Weight { get; init; }

    /// <summary>The left side of the product; none for a row vector.</summary>
    public required Place Left { get; init; }

    public required Place Gradient { get; init; }

    /// <summary>Whether the weight's whole gradient is zeroed first, because its contributions do not tile it.</summary>
    public required bool Clears { get; init; }

    /// <summary>Whether another contribution has written there before, or the gradient has been zeroed.</summary>
    public required bool Accumulate { get; init; }

    /// <summary>Whether the left side is zero at the first step of rows that start from zero state.</summary>
    public required bool ZeroAtZeroState { get; init; }
}
