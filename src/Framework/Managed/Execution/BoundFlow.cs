namespace Research.Framework.Managed.Execution;

/// <summary>What one stage hands to the next: values and, on the way back, their gradient, both in order of time.</summary>
internal sealed class BoundFlow
{
    private PinnedMemory? _values;
    private PinnedMemory? _gradient;

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

    /// <summary>A flow with memory of its own, zeroed.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="steps">Time steps.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="wantsGradient">Whether anything above its source can use a gradient.</param>
    /// <param name="mask">Which steps count; null for all.</param>
    public static BoundFlow Allocate(int rows, int steps, int columns, bool wantsGradient, bool[]? mask)
    {
        PinnedMemory values = new((long)rows * steps * columns);
        PinnedMemory? gradient = wantsGradient ? new((long)rows * steps * columns) : null;
        return new BoundFlow
        {
            Rows = rows,
            Steps = steps,
            Columns = columns,
            Values = Block(values, rows, columns),
            Gradient = gradient is null ? default : Block(gradient, rows, columns),
            Mask = mask,
            _values = values,
            _gradient = gradient,
        };
    }

    /// <summary>A mask for all steps, <c>[steps, rows]</c>.</summary>
    public static bool[] NewMask(int rows, int steps) => GC.AllocateArray<bool>(rows * steps, pinned: true);

    /// <summary>The last steps of a flow, in its own memory.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="mask">Which of them count.</param>
    public unsafe BoundFlow Last(int steps, bool[]? mask) => new()
    {
        Rows = Rows,
        Steps = steps,
        Columns = Columns,
        Values = Values with { First = FirstOfLast(Values, steps), Shift = 0 },
        Gradient = WantsGradient ? Gradient with { First = FirstOfLast(Gradient, steps), Shift = 0 } : default,
        Mask = mask,
        _values = _values,
        _gradient = _gradient,
    };

    /// <summary>The same values with another flow's gradient.</summary>
    public BoundFlow With(BoundFlow gradient) => new()
    {
        Rows = Rows,
        Steps = Steps,
        Columns = Columns,
        Values = Values,
        Gradient = gradient.Gradient,
        Mask = Mask,
        _values = _values,
        _gradient = gradient._gradient,
    };

    private unsafe float* FirstOfLast(Operand operand, int steps) => operand.At(Steps - steps);

    private static unsafe Operand Block(PinnedMemory memory, int rows, int columns) =>
        new() { First = memory.Pointer, RowStride = columns, TimeStride = (nint)rows * columns, Mask = -1 };
}
