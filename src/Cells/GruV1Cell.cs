using Research.Framework;
using Research.Framework.Equations;

namespace Research.Cells;

/// <summary>
/// The gated recurrent unit, with the reset gate applied before the product:
/// <code>
/// z = σ(x·Wz + bz + h·Uz)           update gate
/// r = σ(x·Wr + br + h·Ur)           reset gate
/// g = tanh(x·Wh + bh + (r * h)·Uh)  candidate
/// h' = z * h + (1 - z) * g
/// </code>
/// </summary>
/// <remarks>
/// x input, h hidden state (also the output). Packed as in Keras' <c>reset_after=False</c> (the default of Keras 2), gates
/// in the order z, r, h: <c>kernel [features, 3 units]</c>, <c>recurrent_kernel [units, 3 units]</c>, <c>bias [3 units]</c>.
/// Cho et al., <em>Learning phrase representations using RNN encoder-decoder for statistical machine translation</em>,
/// EMNLP 2014 (1406.1078v3), with biases, and with z and 1 - z as in Keras.
/// </remarks>
/// <param name="Units">Width of the output; at least 1.</param>
/// <exception cref="ResearchException"><paramref name="Units"/> is below 1.</exception>
public sealed record GruV1Cell(int Units) : KerasCell(Units, Initializers.Zeros, "hidden")
{
    /// <summary>The function of the two gates.</summary>
    /// <value>Default <see cref="Activation.Sigmoid"/>.</value>
    public Activation RecurrentActivation { get; init => field = value ?? throw new ResearchException("RecurrentActivation: expected a value, got null."); } = Activation.Sigmoid;

    /// <inheritdoc/>
    public override IReadOnlyList<Setting<ICell>> Settings =>
        [.. base.Settings, Chosen("recurrent_activation", RecurrentActivation, value => this with { RecurrentActivation = value })];

    /// <inheritdoc/>
    public override CellStep Step(CellScope cell, Expr input, CellState state)
    {
        Expr h = state["hidden"];
        Expr fromInput = input.Dot(cell.Kernel("kernel", 3 * Units, KernelInitializer));
        Expr recurrentKernel = cell.RecurrentKernel("recurrent_kernel", 3 * Units, RecurrentInitializer);
        if (UseBias) fromInput += cell.Bias("bias", 3 * Units, BiasInitializer);

        Expr fromState = h.Dot(recurrentKernel.Slice(0, 2 * Units)); // gate order: z, r, h
        Expr z = RecurrentActivation.Apply(fromInput.Part(0, parts: 3) + fromState.Part(0, parts: 2));
        Expr r = RecurrentActivation.Apply(fromInput.Part(1, parts: 3) + fromState.Part(1, parts: 2));
        Expr g = Activation.Apply(fromInput.Part(2, parts: 3) + (r * h).Dot(recurrentKernel.Part(2, parts: 3)));
        Expr next = z * h + (1 - z) * g;
        return new CellStep(output: next, state: [next]);
    }
}
