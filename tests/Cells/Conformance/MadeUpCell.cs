using Research.Framework.Equations;
using static Research.Framework.Equations.Functions;

namespace Research.Cells.Tests.Conformance;

/// <summary>
/// No network anybody wants: more than twenty operations, three state slots of different widths, weights of every
/// shape and view, and an output that is wider than the state. What an engine gets wrong, it gets wrong here.
/// </summary>
internal sealed class MadeUpCell(int units) : ICell
{
    public IReadOnlyList<StateSlot> State { get; } = [new("hidden", units), new("memory", units), new("level", 1)];

    public CellStep Step(CellScope cell, Expr input, CellState state)
    {
        Expr h = state["hidden"], m = state["memory"], level = state["level"];
        Expr joined = Concat(input, h, level);
        Expr gates = joined.Dot(cell.Weight("kernel", joined.Columns, 4 * units, Initializers.GlorotUniform)) + cell.Bias("bias", 4 * units);
        Expr peepholes = cell.Weight("peepholes", 2, units, Initializers.GlorotUniform);
        Expr shared = cell.RecurrentKernel("shared_kernel", 2 * units);

        Expr i = Sigmoid(gates.Part(0, parts: 4) + m * peepholes.Row(0));
        Expr attention = Softmax(gates.Part(1, parts: 4) + m.Dot(shared.Part(1, parts: 2)));
        Expr candidate = Log(1 + Exp(gates.Part(2, parts: 4)));
        Expr o = HardSigmoid(peepholes.Row(1) * candidate + gates.Part(3, parts: 4));

        Expr norm = Sqrt(Mean(Square(candidate)) + 0.25);
        Expr memory = (1 - i) * m + i * (candidate / norm) - level / 4;
        Expr usage = Sum(attention * Tanh(memory)) * 0.5;
        Expr inverse = 2 / (1.5 + Square(memory));
        Expr hidden = o * Tanh(memory.Dot(shared.Slice(0, units))) + HardSigmoidKeras2(inverse) * attention - (inverse - 1.0) / 8.0;
        Expr overlapping = gates.Slice(units / 2, units) * -gates.Slice(units, units);
        Expr output = Concat(hidden + 0.1 * overlapping, Relu(usage), attention.Slice(0, 1) / (usage + 3));
        return new CellStep(output, hidden, memory, usage - Mean(hidden));
    }
}
