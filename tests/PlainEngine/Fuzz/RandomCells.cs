using Research.Cells;
using Research.Framework.Equations;
using static Research.Framework.Equations.Functions;

namespace Research.Plain.Fuzz;

/// <summary>Cells of every kind there is: with kernels of their own, with several states, with a state that nobody reads.</summary>
internal static class RandomCells
{
    public const int Kinds = 8;

    public static ICell Of(int kind, int units) => kind switch
    {
        0 => new LstmCell(units),
        1 => new GruCell(units),
        2 => new GruV1Cell(units),
        3 => new SimpleRnnCell(units),
        4 => new SimpleRnnCell(units) { Activation = Activation.Sigmoid },
        5 => new HandRolledLstmCell(new LstmCell(units)),
        6 => new HandRolledGruCell(new GruCell(units)),
        _ => new FunctionCell("mixed", [new("hidden", units), new("level", 1), new("echo", units)], Mixed),
    };

    /// <summary>Whether the cell's output is a sigmoid, as binary cross-entropy takes it.</summary>
    public static bool YieldsProbabilities(int kind) => kind == 4;

    private static CellStep Mixed(CellScope cell, Expr input, CellState state)
    {
        int units = state["hidden"].Columns;
        Expr sum = input.Dot(cell.Kernel("kernel", units)) + state["hidden"].Dot(cell.RecurrentKernel("recurrent_kernel", units)) + cell.Bias("bias", units);
        Expr hidden = Tanh(sum) * (1 - 0.3 * state["level"]);
        Expr level = 0.5 * state["level"] + Sigmoid(Mean(hidden));
        return new CellStep(Concat(hidden, level), hidden, level, hidden * 0.5);
    }
}
