namespace Research.Framework.Engine;

/// <summary>What a training step yields, in short.</summary>
/// <param name="Loss">The loss that is made small, before the update: see <see cref="BatchLosses.Total"/>.</param>
/// <param name="Rows">Rows (samples times time steps) that count, over all outputs; 0 for a batch that is masked altogether.</param>
public readonly record struct BatchLoss(double Loss, long Rows);
