namespace Research.Framework.Managed.Execution;

/// <summary>Turns time around: step t becomes step T - 1 - t.</summary>
internal sealed unsafe class ReverseStage : Stage
{
    private readonly PinnedMemory _values;
    private readonly PinnedMemory? _gradient;

    public ReverseStage(Flow input)
        : base(input)
    {
        _values = Flow.Allocate(input.Rows, input.Steps, input.Columns);
        _gradient = input.WantsGradient ? Flow.Allocate(input.Rows, input.Steps, input.Columns) : null;
        Output = new Flow
        {
            Rows = input.Rows,
            Steps = input.Steps,
            Columns = input.Columns,
            Values = Flow.Block(_values, input.Rows, input.Columns),
            Gradient = _gradient is null ? default : Flow.Block(_gradient, input.Rows, input.Columns),
            Mask = input.Mask is null ? null : GC.AllocateArray<bool>(input.Mask.Length, pinned: true),
        };
    }

    public override Flow Output { get; }

    public override void Forward(bool training, bool zeroState)
    {
        for (int step = 0; step < Input.Steps; step++)
        {
            Copy(Input.Values, Input.Steps - 1 - step, Output.Values, step, add: false);
            Input.Mask?.AsSpan((Input.Steps - 1 - step) * Input.Rows, Input.Rows).CopyTo(Output.Mask.AsSpan(step * Input.Rows));
        }
    }

    public override void Backward(bool zeroState)
    {
        if (!Input.WantsGradient) return;
        for (int step = 0; step < Input.Steps; step++) Copy(Output.Gradient, Input.Steps - 1 - step, Input.Gradient, step, AddsInputGradient);
    }

    private void Copy(Operand source, int sourceStep, Operand target, int targetStep, bool add)
    {
        for (int row = 0; row < Input.Rows; row++)
        {
            float* from = source.At(sourceStep) + row * source.RowStride, to = target.At(targetStep) + row * target.RowStride;
            for (int i = 0; i < Input.Columns; i++) to[i] = add ? to[i] + from[i] : from[i];
        }
    }
}
