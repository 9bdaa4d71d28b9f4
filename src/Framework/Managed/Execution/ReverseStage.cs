namespace Research.Framework.Managed.Execution;

/// <summary>Turns time around: step t becomes step T - 1 - t.</summary>
internal sealed unsafe class ReverseStage(BoundInput input) : Stage
{
    private readonly BoundFlow _input = input.Flow;

    public override BoundFlow Output { get; } = BoundFlow.Allocate(
        input.Flow.Rows, input.Flow.Steps, input.Flow.Columns, input.Flow.WantsGradient, input.Flow.Mask is null ? null : BoundFlow.NewMask(input.Flow.Rows, input.Flow.Steps));

    public override void Forward(bool training, bool zeroState)
    {
        for (int step = 0; step < _input.Steps; step++)
        {
            Copy(_input.Values, _input.Steps - 1 - step, Output.Values, step, add: false);
            _input.Mask?.AsSpan((_input.Steps - 1 - step) * _input.Rows, _input.Rows).CopyTo(Output.Mask.AsSpan(step * _input.Rows));
        }
    }

    public override void Backward(bool zeroState)
    {
        if (!_input.WantsGradient) return;
        for (int step = 0; step < _input.Steps; step++) Copy(Output.Gradient, _input.Steps - 1 - step, _input.Gradient, step, input.Adds);
    }

    private void Copy(Operand source, int sourceStep, Operand target, int targetStep, bool add)
    {
        for (int row = 0; row < _input.Rows; row++)
        {
            float* from = source.At(sourceStep) + row * source.RowStride, to = target.At(targetStep) + row * target.RowStride;
            for (int i = 0; i < _input.Columns; i++) to[i] = add ? to[i] + from[i] : from[i];
        }
    }
}
