namespace Research.Framework.Managed.Execution;

/// <summary>Repeats one step.</summary>
internal sealed unsafe class RepeatStage(BoundInput input, int times) : Stage
{
    private readonly BoundFlow _input = input.Flow;

    public override BoundFlow Output { get; } = BoundFlow.Allocate(input.Flow.Rows, times, input.Flow.Columns, input.Flow.WantsGradient, mask: null);

    public override void Forward(bool training, bool zeroState)
    {
        for (int step = 0; step < Output.Steps; step++)
        {
            for (int row = 0; row < _input.Rows; row++)
                new ReadOnlySpan<float>(_input.Values.At(0) + row * _input.Values.RowStride, _input.Columns)
                    .CopyTo(new Span<float>(Output.Values.At(step) + row * Output.Values.RowStride, _input.Columns));
        }
    }

    public override void Backward(bool zeroState)
    {
        if (!_input.WantsGradient) return;
        for (int row = 0; row < _input.Rows; row++)
        {
            float* target = _input.Gradient.At(0) + row * _input.Gradient.RowStride;
            for (int i = 0; i < _input.Columns; i++)
            {
                float sum = input.Adds ? target[i] : 0f;
                for (int step = 0; step < Output.Steps; step++) sum += Output.Gradient.At(step)[row * Output.Gradient.RowStride + i];
                target[i] = sum;
            }
        }
    }
}
