namespace Research.Framework.Managed.Execution;

/// <summary>Repeats one step.</summary>
internal sealed unsafe class RepeatStage : Stage
{
    private readonly PinnedMemory _values;
    private readonly PinnedMemory? _gradient;

    public RepeatStage(Flow input, int times)
        : base(input)
    {
        _values = Flow.Allocate(input.Rows, times, input.Columns);
        _gradient = input.WantsGradient ? Flow.Allocate(input.Rows, times, input.Columns) : null;
        Output = new Flow
        {
            Rows = input.Rows,
            Steps = times,
            Columns = input.Columns,
            Values = Flow.Block(_values, input.Rows, input.Columns),
            Gradient = _gradient is null ? default : Flow.Block(_gradient, input.Rows, input.Columns),
        };
    }

    public override Flow Output { get; }

    public override void Forward(bool training, bool zeroState)
    {
        for (int step = 0; step < Output.Steps; step++)
        {
            for (int row = 0; row < Input.Rows; row++)
                new ReadOnlySpan<float>(Input.Values.At(0) + row * Input.Values.RowStride, Input.Columns)
                    .CopyTo(new Span<float>(Output.Values.At(step) + row * Output.Values.RowStride, Input.Columns));
        }
    }

    public override void Backward(bool zeroState)
    {
        if (!Input.WantsGradient) return;
        for (int row = 0; row < Input.Rows; row++)
        {
            float* target = Input.Gradient.At(0) + row * Input.Gradient.RowStride;
            for (int i = 0; i < Input.Columns; i++)
            {
                float sum = AddsInputGradient ? target[i] : 0f;
                for (int step = 0; step < Output.Steps; step++) sum += Output.Gradient.At(step)[row * Output.Gradient.RowStride + i];
                target[i] = sum;
            }
        }
    }
}
