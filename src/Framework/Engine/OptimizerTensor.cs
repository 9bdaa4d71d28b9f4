namespace Research.Framework.Engine;

/// <summary>One tensor that an optimizer keeps for a weight.</summary>
/// <param name="Name">E.g. <c>optimizer/lstm_1/kernel/m</c>.</param>
/// <param name="Shape">The weight's shape.</param>
/// <param name="Values">Its values, row-major.</param>
public sealed record OptimizerTensor(string Name, IReadOnlyList<int> Shape, float[] Values);
