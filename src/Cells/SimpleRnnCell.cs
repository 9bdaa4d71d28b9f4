using Research.Framework.Equations;

namespace Research.Cells;

/// <summary>
/// The simple recurrent network: <c>h' = tanh(x·W + b + h·U)</c>.
/// </summary>
/// <remarks>
/// x input, h hidden state (also the output), W <c>kernel [features, units]</c>, U <c>recurrent_kernel [units, units]</c>,
/// b <c>bias [units]</c>. Elman, <em>Finding structure in time</em>, Cognitive Science 14(2), 1990; as in Keras'
/// <c>SimpleRNN</c>, the output is the hidden state itself and tanh stands for Elman's sigmoid.
/// </remarks>
/// <param name="Units">Width of the output; at least 1.</param>
/// <exception cref="Framework.ResearchException"><paramref name="Units"/> is below 1.</exception>
public sealed record SimpleRnnCell(int Units) : KerasCell(Units, Initializers.Zeros, "hidden")
{
    /// <inheritdoc/>
    public override CellStep Step(CellScope cell, Expr input, CellState state)
    {
        Expr fromInput = input.Dot(cell.Kernel("kernel", Units, KernelInitializer));
        Expr fromState = state["hidden"].Dot(cell.RecurrentKernel("recurrent_kernel", Units, RecurrentInitializer));
        if (UseBias) fromInput += cell.Bias("bias", Units, BiasInitializer);
        Expr h = Activation.Apply(fromInput + fromState);
        return new CellStep(output: h, state: [h]);
    }
}
