using Research.Framework.Equations;
using static Research.Framework.Equations.Functions;

namespace ReadersProject;

/// <summary>The minimal gated unit (Zhou et al., 2016): a GRU whose one gate both forgets and resets.</summary>
public sealed class MinimalGatedUnitCell(int units) : ICell
{
    public IReadOnlyList<StateSlot> State { get; } = [new("hidden", units)];

    public CellStep Step(CellScope cell, Expr input, CellState state)
    {
        Expr h = state["hidden"], u = cell.RecurrentKernel("recurrent_kernel", 2 * units);
        Expr x = input.Dot(cell.Kernel("kernel", 2 * units)) + cell.Bias("bias", 2 * units, Initializers.Ones);
        Expr f = Sigmoid(x.Part(0, parts: 2) + h.Dot(u.Part(0, parts: 2)));
        Expr g = Tanh(x.Part(1, parts: 2) + (f * h).Dot(u.Part(1, parts: 2)));
        Expr next = (1 - f) * h + f * g;
        return new CellStep(output: next, state: [next]);
    }
}
