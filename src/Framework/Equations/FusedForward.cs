namespace Research.Framework.Equations;

/// <summary>The blocks of a fused kernel's forward pass, each row-major <c>[rows, width]</c>.</summary>
public readonly unsafe ref struct FusedForward
{
    private readonly ReadOnlySpan<nint> _inputs;
    private readonly ReadOnlySpan<nint> _outputs;
    private readonly nint _saved;

    internal FusedForward(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, nint saved)
    {
        _inputs = inputs;
        _outputs = outputs;
        _saved = saved;
    }

    /// <summary>Input <paramref name="index"/>, valid for <c>rows * width</c> numbers.</summary>
    /// <param name="index">Position among the inputs.</param>
    /// <param name="length">rows * width.</param>
    public ReadOnlySpan<float> Input(int index, int length) => new((float*)_inputs[index], length);

    /// <summary>Output <paramref name="index"/>.</summary>
    /// <param name="index">Position among the outputs.</param>
    /// <param name="length">rows * width.</param>
    public Span<float> Output(int index, int length) => new((float*)_outputs[index], length);

    /// <summary>The values kept for the backward pass.</summary>
    /// <param name="length">rows * saved width.</param>
    public Span<float> Saved(int length) => new((float*)_saved, length);
}
