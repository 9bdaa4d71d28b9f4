namespace Research.Reference.Plain;

/// <summary>One row's time steps, and which of them count (null: all).</summary>
internal sealed record PlainSequence(double[][] Steps, bool[]? Mask);
