namespace Research.Framework.Equations;

/// <summary>The blocks of a fused kernel's forward pass, each row-major <c>[rows, width]</c>.</summary>
public readonly ref struct FusedForward
{
    private readonly ReadOnlySpan<FusedBlock> _inputs;
    private readonly ReadOnlySpan<FusedBlock> _outputs;
    private readonly FusedBlock _saved;

    internal FusedForward(ReadOnlySpan<FusedBlock> inputs, ReadOnlySpan<FusedBlock> outputs, FusedBlock saved)
    {
        _inputs = inputs;
        _outputs = outputs;
        _saved = saved;
    }

    /// <summary>The values kept for the backward pass, <c>[rows, saved width]</c>, to be written.</summary>
    public Span<float> Saved => _saved.Span;

    /// <summary>Input <paramref name="index"/>, <c>[rows, width]</c>.</summary>
    /// <param name="index">Position among the inputs.</param>
    public ReadOnlySpan<float> Input(int index) => _inputs[index].Span;

    /// <summary>Output <paramref name="index"/>, <c>[rows, width]</c>, to be written.</summary>
    /// <param name="index">Position among the outputs.</param>
    public Span<float> Output(int index) => _outputs[index].Span;
}
