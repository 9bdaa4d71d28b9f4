using Research.Framework.Objectives;

namespace Research.Framework.Training;

/// <summary>Where training stands after an epoch.</summary>
/// <param name="Epoch">The epoch that ended, from 1.</param>
/// <param name="Epochs">How many there will be.</param>
/// <param name="Loss">The epoch's mean loss over its rows that count.</param>
/// <param name="Steps">Training steps so far.</param>
public readonly record struct EpochProgress(int Epoch, int Epochs, double Loss, long Steps);
