namespace Research.Framework.Managed.Execution;

/// <summary>Copies some of the steps.</summary>
internal sealed unsafe class SelectStage(BoundInput input, int first, int count, bool keepsMask) : Stage
{
    private readonly BoundFlow _input = input.Flow;

    public override BoundFlow Output { get; } = BoundFlow.Allocate(
        input.Flow.Rows, count, input.Flow.Columns, input.Flow.WantsGradient, keepsMask && input.Flow.Mask is not null ? BoundFlow.NewMask(input.Flow.Rows, count) : null);

    public override void Forward(bool training, bool zeroState)
    {
        for (int step = 0; step < count; step++)
        {
            for (int row = 0; row < _input.Rows; row++)
                new ReadOnlySpan<float>(_input.Values.At(first + step, row), _input.Columns).CopyTo(new Span<float>(Output.Values.At(step, row), _input.Columns));
        }

        if (Output.Mask is { } mask) _input.Mask.AsSpan(first * _input.Rows, count * _input.Rows).CopyTo(mask);
    }

    public override void Backward(bool zeroState)
    {
        if (!_input.WantsGradient) return;
        for (int step = 0; step < _input.Steps; step++)
        {
            bool selected = step >= first && step < first + count;
            for (int row = 0; row < _input.Rows; row++)
            {
                Span<float> target = new(_input.Gradient.At(step, row), _input.Columns);
                if (!input.Adds) target.Clear();
                if (!selected) continue;
                float* source = Output.Gradient.At(step - first, row);
                for (int i = 0; i < target.Length; i++) target[i] += source[i];
            }
        }
    }
}
