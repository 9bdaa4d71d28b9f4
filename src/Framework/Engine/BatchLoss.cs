namespace Research.Framework.Engine;

/// <summary>What one training step reports.</summary>
/// <param name="Loss">The mean loss over the rows that count, before the update; 0 where none counts.</param>
/// <param name="Rows">How many rows (samples times output steps) counted: those that neither the model's mask nor the target's leaves out.</param>
public readonly record struct BatchLoss(double Loss, long Rows);
