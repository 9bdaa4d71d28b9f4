namespace Research.Framework.Equations;

/// <summary>The blocks of a fused kernel's backward pass, each row-major <c>[rows, width]</c>.</summary>
public readonly unsafe ref struct FusedBackward
{
    private readonly ReadOnlySpan<nint> _inputs;
    private readonly ReadOnlySpan<nint> _outputs;
    private readonly nint _saved;
    private readonly ReadOnlySpan<nint> _outputGradients;
    private readonly ReadOnlySpan<nint> _inputGradients;

    internal FusedBackward(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, nint saved, ReadOnlySpan<nint> outputGradients, ReadOnlySpan<nint> inputGradients)
    {
        _inputs = inputs;
        _outputs = outputs;
        _saved = saved;
        _outputGradients = outputGradients;
        _inputGradients = inputGradients;
    }

    /// <summary>Input <paramref name="index"/> of the forward pass.</summary>
    /// <param name="index">Position among the inputs.</param>
    /// <param name="length">rows * width.</param>
    public ReadOnlySpan<float> Input(int index, int length) => new((float*)_inputs[index], length);

    /// <summary>Output <paramref name="index"/> of the forward pass.</summary>
    /// <param name="index">Position among the outputs.</param>
    /// <param name="length">rows * width.</param>
    public ReadOnlySpan<float> Output(int index, int length) => new((float*)_outputs[index], length);

    /// <summary>The values kept by the forward pass.</summary>
    /// <param name="length">rows * saved width.</param>
    public ReadOnlySpan<float> Saved(int length) => new((float*)_saved, length);

    /// <summary>The loss' gradient with respect to output <paramref name="index"/>; zeros where nothing depends on it.</summary>
    /// <param name="index">Position among the outputs.</param>
    /// <param name="length">rows * width.</param>
    public ReadOnlySpan<float> OutputGradient(int index, int length) => new((float*)_outputGradients[index], length);

    /// <summary>The loss' gradient with respect to input <paramref name="index"/>, to be written.</summary>
    /// <param name="index">Position among the inputs.</param>
    /// <param name="length">rows * width.</param>
    public Span<float> InputGradient(int index, int length) => new((float*)_inputGradients[index], length);
}
