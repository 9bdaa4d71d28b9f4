namespace Research.Framework.Engine.Planning;

/// <summary>A buffer before its size is known.</summary>
internal sealed class BufferPlan(BufferKind kind, int columns)
{
    /// <summary>Widened from <see cref="BufferKind.Step"/> to <see cref="BufferKind.Sequence"/> when another pass reads it.</summary>
    public BufferKind Kind { get; set; } = kind;

    public int Columns { get; } = columns;

    /// <summary>Position among the plan's buffers.</summary>
    public int Index { get; set; } = -1;

    /// <summary>Another buffer whose memory this one uses after it; null for memory of its own.</summary>
    public BufferPlan? SharesWith { get; set; }
}
