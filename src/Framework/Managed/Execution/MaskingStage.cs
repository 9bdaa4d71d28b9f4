namespace Research.Framework.Managed.Execution;

/// <summary>Masks and zeroes the steps that hold nothing but the padding value.</summary>
internal sealed unsafe class MaskingStage(BoundInput input, float value) : Stage
{
    private readonly BoundFlow _input = input.Flow;
    private readonly bool[] _real = new bool[input.Flow.AllRows];

    public override BoundFlow Output { get; } = BoundFlow.Allocate(
        input.Flow.Rows, input.Flow.Steps, input.Flow.Columns, input.Flow.WantsGradient, BoundFlow.NewMask(input.Flow.Rows, input.Flow.Steps));

    public override void Forward(bool training, bool zeroState)
    {
        for (int row = 0; row < _input.AllRows; row++)
        {
            ReadOnlySpan<float> source = new(_input.Values.At(0) + row * _input.Values.RowStride, _input.Columns);
            Span<float> target = new(Output.Values.At(0) + row * Output.Values.RowStride, _input.Columns);
            bool real = _real[row] = source.ContainsAnyExcept(value);
            Output.Mask![row] = real && (_input.Mask?[row] ?? true);
            if (real) source.CopyTo(target);
            else target.Clear();
        }
    }

    public override void Backward(bool zeroState)
    {
        if (!_input.WantsGradient) return;
        for (int row = 0; row < _input.AllRows; row++)
        {
            float* source = Output.Gradient.At(0) + row * Output.Gradient.RowStride, target = _input.Gradient.At(0) + row * _input.Gradient.RowStride;
            for (int i = 0; i < _input.Columns; i++)
            {
                float passed = _real[row] ? source[i] : 0f;
                target[i] = input.Adds ? target[i] + passed : passed;
            }
        }
    }
}
