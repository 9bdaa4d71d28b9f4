namespace Research.Framework.Managed.Execution;

/// <summary>Masks and zeroes the steps that hold nothing but the padding value.</summary>
internal sealed unsafe class MaskingStage : Stage
{
    private readonly float _value;
    private readonly PinnedMemory _values;
    private readonly PinnedMemory? _gradient;

    public MaskingStage(Flow input, float value)
        : base(input)
    {
        _value = value;
        _values = Flow.Allocate(input.Rows, input.Steps, input.Columns);
        _gradient = input.WantsGradient ? Flow.Allocate(input.Rows, input.Steps, input.Columns) : null;
        Output = new Flow
        {
            Rows = input.Rows,
            Steps = input.Steps,
            Columns = input.Columns,
            Values = Flow.Block(_values, input.Rows, input.Columns),
            Gradient = _gradient is null ? default : Flow.Block(_gradient, input.Rows, input.Columns),
            Mask = GC.AllocateArray<bool>(input.AllRows, pinned: true),
        };
    }

    public override Flow Output { get; }

    public override void Forward(bool training, bool zeroState)
    {
        for (int row = 0; row < Input.AllRows; row++)
        {
            ReadOnlySpan<float> source = new(Input.Values.At(0) + row * Input.Values.RowStride, Input.Columns);
            Span<float> target = new(Output.Values.At(0) + row * Output.Values.RowStride, Input.Columns);
            bool real = source.ContainsAnyExcept(_value);
            Output.Mask![row] = real && (Input.Mask?[row] ?? true);
            if (real) source.CopyTo(target);
            else target.Clear();
        }
    }

    public override void Backward(bool zeroState)
    {
        if (!Input.WantsGradient) return;
        for (int row = 0; row < Input.AllRows; row++)
        {
            float* source = Output.Gradient.At(0) + row * Output.Gradient.RowStride, target = Input.Gradient.At(0) + row * Input.Gradient.RowStride;
            for (int i = 0; i < Input.Columns; i++)
            {
                float passed = Output.Mask![row] ? source[i] : 0f;
                target[i] = AddsInputGradient ? target[i] + passed : passed;
            }
        }
    }
}
