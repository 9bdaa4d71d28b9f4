using Research.Framework;
using Research.Framework.Equations;

namespace Research.Cells;

/// <summary>
/// The gated recurrent unit, with the reset gate applied after the product:
/// <code>
/// z = σ(x·Wz + bz + h·Uz + b̃z)           update gate
/// r = σ(x·Wr + br + h·Ur + b̃r)           reset gate
/// g = tanh(x·Wh + bh + r * (h·Uh + b̃h))   candidate
/// h' = z * h + (1 - z) * g
/// </code>
/// </summary>
/// <remarks>
/// x input, h hidden state (also the output). Packed as in Keras' default (<c>reset_after=True</c>), gates in the order
/// z, r, h: <c>kernel [features, 3 units]</c>, <c>recurrent_kernel [units, 3 units]</c>, <c>bias [2, 3 units]</c> with the
/// input's biases b in row 0 and the recurrent ones b̃ in row 1. Cho et al., <em>Learning phrase representations using RNN
/// encoder-decoder</em>, EMNLP 2014 (first version on arXiv, 1406.1078v1), with z and 1 - z swapped against the paper.
/// <see cref="GruV1Cell"/> applies the reset gate before the product.
/// </remarks>
/// <param name="Units">Width of the output; at least 1.</param>
/// <exception cref="ResearchException"><paramref name="Units"/> is below 1.</exception>
public sealed record GruCell(int Units) : KerasCell(Units, Initializers.Zeros, "hidden")
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
        Expr[] sums = Sums(cell, input, h);
        Expr fromInput = sums[0], fromState = sums[1];
        Expr z = RecurrentActivation.Apply(fromInput.Part(0, parts: 3) + fromState.Part(0, parts: 3)); // gate order: z, r, h
        Expr r = RecurrentActivation.Apply(fromInput.Part(1, parts: 3) + fromState.Part(1, parts: 3));
        Expr g = Activation.Apply(fromInput.Part(2, parts: 3) + r * fromState.Part(2, parts: 3));
        Expr next = z * h + (1 - z) * g;
        return new CellStep(output: next, state: [next]);
    }

    /// <summary>What goes into the gates: the input's part and the state's, <c>[batch, 3 units]</c> each.</summary>
    internal Expr[] Sums(CellScope cell, Expr input, Expr hidden)
    {
        Expr fromInput = input.Dot(cell.Kernel("kernel", 3 * Units, KernelInitializer));
        Expr fromState = hidden.Dot(cell.RecurrentKernel("recurrent_kernel", 3 * Units, RecurrentInitializer));
        if (!UseBias) return [fromInput, fromState];
        Expr bias = cell.Weight("bias", 2, 3 * Units, BiasInitializer);
        return [fromInput + bias.Row(0), fromState + bias.Row(1)];
    }
}
