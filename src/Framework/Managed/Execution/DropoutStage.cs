namespace Research.Framework.Managed.Execution;

/// <summary>Zeroes a share of the features while training.</summary>
internal sealed unsafe class DropoutStage : Stage
{
    private readonly NoiseSource _source;
    private readonly PinnedMemory _noise;
    private readonly PinnedMemory _values;
    private readonly PinnedMemory? _gradient;

    public DropoutStage(Flow input, NoiseSource source)
        : base(input)
    {
        _source = source;
        _noise = Flow.Allocate(input.Rows, input.Steps, input.Columns);
        _values = Flow.Allocate(input.Rows, input.Steps, input.Columns);
        _gradient = input.WantsGradient ? Flow.Allocate(input.Rows, input.Steps, input.Columns) : null;
        Output = new Flow
        {
            Rows = input.Rows,
            Steps = input.Steps,
            Columns = input.Columns,
            Values = Flow.Block(_values, input.Rows, input.Columns),
            Gradient = _gradient is null ? default : Flow.Block(_gradient, input.Rows, input.Columns),
            Mask = input.Mask,
        };
    }

    public override Flow Output { get; }

    public override void Forward(bool training, bool zeroState)
    {
        nint all = (nint)Input.AllRows * Input.Columns;
        if (training) _source.Fill(_noise.Pointer, all);
        else new Span<float>(_noise.Pointer, (int)all).Fill(1f);
        Scale(Input.Values, Output.Values, add: false);
    }

    public override void Backward(bool zeroState)
    {
        if (Input.WantsGradient) Scale(Output.Gradient, Input.Gradient, AddsInputGradient);
    }

    private void Scale(Operand source, Operand target, bool add)
    {
        for (int row = 0; row < Input.AllRows; row++)
        {
            float* noise = _noise.Pointer + (nint)row * Input.Columns;
            float* from = source.At(0) + row * source.RowStride, to = target.At(0) + row * target.RowStride;
            for (int i = 0; i < Input.Columns; i++) to[i] = add ? to[i] + from[i] * noise[i] : from[i] * noise[i];
        }
    }
}
