namespace Research.Framework.Equations;

/// <summary>The blocks of a fused kernel's backward pass, each row-major <c>[rows, width]</c>.</summary>
public readonly ref struct FusedBackward
{
    private readonly ReadOnlySpan<FusedBlock> _inputs;
    private readonly ReadOnlySpan<FusedBlock> _outputs;
    private readonly FusedBlock _saved;
    private readonly ReadOnlySpan<FusedBlock> _outputGradients;
    private readonly ReadOnlySpan<FusedBlock> _inputGradients;

    internal FusedBackward(ReadOnlySpan<FusedBlock> inputs, ReadOnlySpan<FusedBlock> outputs, FusedBlock saved, ReadOnlySpan<FusedBlock> outputGradients, ReadOnlySpan<FusedBlock> inputGradients)
    {
        _inputs = inputs;
        _outputs = outputs;
        _saved = saved;
        _outputGradients = outputGradients;
        _inputGradients = inputGradients;
    }

    /// <summary>The values kept by the forward pass, <c>[rows, saved width]</c>.</summary>
    public ReadOnlySpan<float> Saved => _saved.Span;

    /// <summary>Input <paramref name="index"/> of the forward pass, <c>[rows, width]</c>.</summary>
    /// <param name="index">Position among the inputs.</param>
    public ReadOnlySpan<float> Input(int index) => _inputs[index].Span;

    /// <summary>Output <paramref name="index"/> of the forward pass, <c>[rows, width]</c>.</summary>
    /// <param name="index">Position among the outputs.</param>
    public ReadOnlySpan<float> Output(int index) => _outputs[index].Span;

    /// <summary>The loss' gradient with respect to output <paramref name="index"/>, <c>[rows, width]</c>; zeros where nothing depends on it.</summary>
    /// <param name="index">Position among the outputs.</param>
    public ReadOnlySpan<float> OutputGradient(int index) => _outputGradients[index].Span;

    /// <summary>The loss' gradient with respect to input <paramref name="index"/>, <c>[rows, width]</c>, to be written.</summary>
    /// <param name="index">Position among the inputs.</param>
    public Span<float> InputGradient(int index) => _inputGradients[index].Span;
}
