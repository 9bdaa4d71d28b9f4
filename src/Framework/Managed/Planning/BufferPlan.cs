namespace Research.Framework.Managed.Planning;

/// <summary>A buffer before its size is known.</summary>
internal sealed class BufferPlan(BufferKind kind, int columns)
{
    /// <summary>A step's, until it is widened.</summary>
    public BufferKind Kind { get; private set; } = kind;

    public int Columns { get; } = columns;

    /// <summary>Position among the plan's buffers; of an input's, among the inputs.</summary>
    public int Index { get; set; } = -1;

    /// <summary>Another buffer whose memory this one uses after it; null for memory of its own.</summary>
    public BufferPlan? SharesWith { get; set; }

    /// <summary>Keeps what it holds for every step, because another pass reads it.</summary>
    public void Widen()
    {
        if (Kind == BufferKind.Step) Kind = BufferKind.Sequence;
    }
}
