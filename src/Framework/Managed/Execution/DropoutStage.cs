using Research.Framework.Engine;

namespace Research.Framework.Managed.Execution;

/// <summary>Zeroes a share of the features while training.</summary>
internal sealed unsafe class DropoutStage(BoundInput input, NoiseStream source) : Stage
{
    private readonly BoundFlow _input = input.Flow;
    private readonly PinnedMemory _noise = new((long)input.Flow.AllRows * input.Flow.Columns);

    public override BoundFlow Output { get; } =
        BoundFlow.Allocate(input.Flow.Rows, input.Flow.Steps, input.Flow.Columns, input.Flow.WantsGradient, input.Flow.Mask);

    public override void Forward(bool training, bool zeroState)
    {
        Span<float> noise = new(_noise.Pointer, _input.AllRows * _input.Columns);
        if (training) source.Fill(noise);
        else noise.Fill(1f);
        Scale(_input.Values, Output.Values, add: false);
    }

    public override void Backward(bool zeroState)
    {
        if (_input.WantsGradient) Scale(Output.Gradient, _input.Gradient, input.Adds);
    }

    private void Scale(Operand source, Operand target, bool add)
    {
        for (int row = 0; row < _input.AllRows; row++)
        {
            float* noise = _noise.Pointer + (nint)row * _input.Columns;
            float* from = source.At(0) + row * source.RowStride, to = target.At(0) + row * target.RowStride;
            for (int i = 0; i < _input.Columns; i++) to[i] = add ? to[i] + from[i] * noise[i] : from[i] * noise[i];
        }
    }
}
