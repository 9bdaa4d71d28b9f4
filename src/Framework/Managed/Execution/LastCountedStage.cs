namespace Research.Framework.Managed.Execution;

/// <summary>For each row the last step that its mask counts; the last of all where none does.</summary>
/// <param name="input">What is read.</param>
/// <param name="mask">Which of its steps count, <c>[steps, rows]</c>.</param>
/// <param name="first">The first step that may be taken: that of the batch itself, where earlier ones run before it.</param>
internal sealed unsafe class LastCountedStage(BoundInput input, bool[] mask, int first) : Stage
{
    private readonly BoundFlow _input = input.Flow;
    private readonly int[] _steps = new int[input.Flow.Rows];
    private BoundFlow? _logits;
    private Operand _allLogits;

    public override BoundFlow Output { get; } = BoundFlow.Allocate(input.Flow.Rows, 1, input.Flow.Columns, input.Flow.WantsGradient, mask: null);

    /// <summary>What a loss reads besides, at the same steps.</summary>
    /// <param name="all">The numbers of all steps.</param>
    public Operand Take(Operand all)
    {
        _allLogits = all;
        _logits ??= BoundFlow.Allocate(_input.Rows, 1, _input.Columns, wantsGradient: false, mask: null);
        return _logits.Values;
    }

    public override void Forward(bool training, bool zeroState)
    {
        for (int row = 0; row < _input.Rows; row++)
        {
            int step = _input.Steps - 1;
            while (step >= first && !mask[step * _input.Rows + row]) step--;
            _steps[row] = step >= first ? step : _input.Steps - 1;
            Copy(_input.Values, Output.Values, row);
            if (_logits is not null) Copy(_allLogits, _logits.Values, row);
        }
    }

    public override void Backward(bool zeroState)
    {
        if (!_input.WantsGradient) return;
        if (!input.Adds) new Span<float>(_input.Gradient.At(0), _input.AllRows * (int)_input.Gradient.RowStride).Clear();
        for (int row = 0; row < _input.Rows; row++)
        {
            float* source = Output.Gradient.At(0, row), target = _input.Gradient.At(_steps[row], row);
            for (int i = 0; i < _input.Columns; i++) target[i] += source[i];
        }
    }

    private void Copy(Operand source, Operand target, int row) =>
        new ReadOnlySpan<float>(source.At(_steps[row], row), _input.Columns).CopyTo(new Span<float>(target.At(0, row), _input.Columns));
}
