namespace Research.Framework.Managed.Execution;

/// <summary>What one stage hands to the next: values and, on the way back, their gradient, both in order of time.</summary>
internal sealed class Flow
{
    public required int Rows { get; init; }

    public required int Steps { get; init; }

    public required int Columns { get; init; }

    /// <summary><c>[steps, rows, columns]</c>.</summary>
    public required Operand Values { get; init; }

    /// <summary><c>[steps, rows, columns]</c>; without an address where nobody wants it.</summary>
    public Operand Gradient { get; init; }

    public unsafe bool WantsGradient => Gradient.First is not null;

    /// <summary>Which steps count, <c>[steps, rows]</c>, pinned; null for all.</summary>
    public bool[]? Mask { get; init; }

    public int AllRows => Steps * Rows;

    /// <summary>A block of memory as an operand.</summary>
    public static unsafe Operand Block(PinnedMemory memory, int rows, int columns) =>
        new() { First = memory.Pointer, RowStride = columns, TimeStride = (nint)rows * columns, Mask = -1 };

    /// <summary>Memory for all steps, rows and columns.</summary>
    public static PinnedMemory Allocate(int rows, int steps, int columns) => new((long)rows * steps * columns);
}
