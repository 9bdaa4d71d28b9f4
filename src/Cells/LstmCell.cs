using Research.Framework;
using Research.Framework.Equations;

namespace Research.Cells;

/// <summary>
/// Long short-term memory:
/// <code>
/// i = σ(x·Wi + bi + h·Ui)      input gate
/// f = σ(x·Wf + bf + h·Uf)      forget gate
/// g = tanh(x·Wc + bc + h·Uc)   candidate
/// o = σ(x·Wo + bo + h·Uo)      output gate
/// c' = f * c + i * g
/// h' = o * tanh(c')
/// </code>
/// </summary>
/// <remarks>
/// x input, h hidden state (also the output), c cell state. Packed as in Keras, gates in the order i, f, c, o:
/// <c>kernel [features, 4 units]</c>, <c>recurrent_kernel [units, 4 units]</c>, <c>bias [4 units]</c>. Hochreiter and
/// Schmidhuber, <em>Long short-term memory</em>, Neural Computation 9(8), 1997, with the forget gate of Gers, Schmidhuber
/// and Cummins, <em>Learning to forget</em>, Neural Computation 12(10), 2000, and without peepholes. The forget gate's
/// bias starts at one (<see cref="Initializers.UnitForgetBias"/>); <see cref="Initializers.Zeros"/> as bias initializer is
/// Keras' <c>unit_forget_bias=False</c>.
/// </remarks>
/// <param name="Units">Width of the output; at least 1.</param>
/// <exception cref="ResearchException"><paramref name="Units"/> is below 1.</exception>
public sealed record LstmCell(int Units) : KerasCell(Units, Initializers.UnitForgetBias, "hidden", "cell")
{
    /// <summary>The function of the three gates.</summary>
    /// <value>Default <see cref="Activation.Sigmoid"/>.</value>
    public Activation RecurrentActivation { get; init => field = value ?? throw new ResearchException("RecurrentActivation: expected a value, got null."); } = Activation.Sigmoid;

    /// <inheritdoc/>
    public override IReadOnlyList<Setting<ICell>> Settings =>
        [.. base.Settings, Chosen("recurrent_activation", RecurrentActivation, value => this with { RecurrentActivation = value })];

    /// <inheritdoc/>
    public override CellStep Step(CellScope cell, Expr input, CellState state)
    {
        Expr gates = Gates(cell, input, state);
        Expr i = RecurrentActivation.Apply(gates.Part(0, parts: 4)); // Keras' gate order: i, f, c, o
        Expr f = RecurrentActivation.Apply(gates.Part(1, parts: 4));
        Expr g = Activation.Apply(gates.Part(2, parts: 4));
        Expr o = RecurrentActivation.Apply(gates.Part(3, parts: 4));
        Expr c = f * state["cell"] + i * g;
        Expr h = o * Activation.Apply(c);
        return new CellStep(output: h, state: [h, c]);
    }

    /// <summary>What goes into the gates, <c>[batch, 4 units]</c>. The bias joins the input's part, which needs no state.</summary>
    internal Expr Gates(CellScope cell, Expr input, CellState state)
    {
        Expr fromInput = input.Dot(cell.Kernel("kernel", 4 * Units, KernelInitializer));
        Expr fromState = state["hidden"].Dot(cell.RecurrentKernel("recurrent_kernel", 4 * Units, RecurrentInitializer));
        if (UseBias) fromInput += cell.Bias("bias", 4 * Units, BiasInitializer);
        return fromInput + fromState;
    }
}
