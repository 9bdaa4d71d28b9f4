namespace Research.Framework.Managed.Execution;

/// <summary>A flow that a stage reads.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Adds">Whether others have left their parts of its gradient when this stage runs backward, so that it adds its own.</param>
internal readonly record struct BoundInput(BoundFlow Flow, bool Adds);
