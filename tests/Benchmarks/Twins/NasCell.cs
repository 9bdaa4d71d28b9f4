using Research.Framework.Equations;
using static Research.Framework.Equations.Functions;

namespace Research.Benchmarks.Twins;

/// <summary>
/// The recurrent cell that Zoph and Le's architecture search found (2017, "Neural Architecture Search with Reinforcement
/// Learning", appendix A): eight gates and more than thirty operations, written as any researcher would write a new cell.
/// </summary>
/// <param name="units">Width of the output; at least 1.</param>
internal sealed class NasCell(int units) : ICell
{
    public int Units { get; } = units;

    public string Name => "nas";

    public IReadOnlyList<StateSlot> State { get; } = [new("hidden", units), new("cell", units)];

    public CellStep Step(CellScope cell, Expr input, CellState state)
    {
        Expr[] sums = Sums(cell, input, state["hidden"]);
        Expr x(int gate) => sums[0].Part(gate, parts: 8);
        Expr h(int gate) => sums[1].Part(gate, parts: 8);

        Expr injected = Tanh(Tanh(Sigmoid(x(0) + h(0)) * Relu(x(1) + h(1))) + state["cell"]);
        Expr first = Tanh(Sigmoid(x(2) + h(2)) + Relu(x(3) * h(3)));
        Expr second = Tanh(Tanh(x(4) + h(4)) * Sigmoid(x(5) + h(5)));
        Expr third = Sigmoid(Tanh(x(6) + h(6)) + Sigmoid(x(7) + h(7)));
        Expr memory = injected * first;
        Expr hidden = Tanh(memory * Tanh(second + third));
        return new CellStep(output: hidden, state: [hidden, memory]);
    }

    /// <summary>What goes into the gates: the input's part and the state's, <c>[batch, 8 units]</c> each.</summary>
    internal Expr[] Sums(CellScope cell, Expr input, Expr hidden) =>
    [
        input.Dot(cell.Kernel("kernel", 8 * Units)) + cell.Bias("bias", 8 * Units),
        hidden.Dot(cell.RecurrentKernel("recurrent_kernel", 8 * Units, Initializers.GlorotUniform)),
    ];
}
