namespace Research.Framework.Managed.Planning;

/// <summary>How much of time a buffer of B rows and T time steps holds.</summary>
internal enum BufferKind
{
    /// <summary>One step, overwritten by the next: <c>[B, columns]</c>.</summary>
    Step,

    /// <summary>Every step: <c>[T, B, columns]</c>.</summary>
    Sequence,

    /// <summary>Every step and the one before the first: <c>[T + 1, B, columns]</c>.</summary>
    State,

    /// <summary>This step and its neighbour, in turn: <c>[2, B, columns]</c>.</summary>
    Alternating,

    /// <summary>One of the layer's inputs, in another layer's buffer.</summary>
    Input,
}
