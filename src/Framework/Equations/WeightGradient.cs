namespace Research.Framework.Equations;

/// <summary>
/// One contribution to a weight's gradient, summed over all rows and time steps: Leftᵀ·Gradient for the kernel of a
/// product, or the column sums of Gradient for a row vector.
/// </summary>
/// <param name="Weight">The weight, or the view of it that was used.</param>
/// <param name="Left">The left side of the product, <c>[batch, k]</c>; null for a row vector.</param>
/// <param name="Gradient">The gradient that arrives, <c>[batch, n]</c>.</param>
internal sealed record WeightGradient(Expr Weight, Expr? Left, Expr Gradient);
