using Research.Framework.Engine;
using Research.Framework.Equations;

namespace Research.Framework.Tests.Equations;

/// <summary>A shape that does not fit is found while the equation is traced, in a message that names cell, operation and shapes.</summary>
public class ShapeErrorTests
{
    private const int Features = 3, Units = 4;

    private static readonly Case[] Cases =
    [
        new("inner sizes", (c, x, h) => x.Dot(c.Weight("w", 5, 2, Initializers.Zeros)), "Dot", "[batch, 3]", "[5, 2]", "3 columns", "5 rows"),
        new("block on the right of Dot", (c, x, h) => x.Dot(h), "Dot", "[batch, 3]", "[batch, 4]", "weight matrix"),
        new("weight on the left of Dot", (c, x, h) => c.Kernel("k", 2).Dot(x), "Dot", "[3, 2]", "[batch, 3]"),
        new("sum", (c, x, h) => x + h, "+", "[batch, 3]", "[batch, 4]", "widths"),
        new("difference", (c, x, h) => x - h, "-", "[batch, 3]", "[batch, 4]"),
        new("product", (c, x, h) => x * h, "*", "[batch, 3]", "[batch, 4]"),
        new("quotient", (c, x, h) => x / h, "/", "[batch, 3]", "[batch, 4]"),
        new("bias of another width", (c, x, h) => h + c.Bias("b", 5), "+", "[batch, 4]", "[1, 5]"),
        new("matrix in a sum", (c, x, h) => x + c.Kernel("k", 3), "+", "[3, 3]", "Dot"),
        new("matrix in a function", (c, x, h) => Functions.Sigmoid(c.Kernel("k", 3)), "Sigmoid", "[3, 3]"),
        new("infinite scalar", (c, x, h) => x * double.PositiveInfinity, "*", "[batch, 3]", "finite"),
        new("slice beyond the end", (c, x, h) => h.Slice(2, 3), "Slice(2, 3)", "[batch, 4]", "0 to 4"),
        new("part that does not divide", (c, x, h) => h.Part(0, parts: 3), "Part(0, parts: 3)", "[batch, 4]", "3 equal parts"),
        new("part beyond the last", (c, x, h) => h.Part(2, parts: 2), "Part(2, parts: 2)", "[batch, 4]", "0 to 1"),
        new("row of a block", (c, x, h) => h.Row(0), "Row(0)", "[batch, 4]", "weight"),
        new("row beyond the last", (c, x, h) => c.Kernel("k", 2).Row(3), "Row(3)", "[3, 2]", "0 to 2"),
        new("kernel handed other widths", (c, x, h) => c.Fused(new Narrow(), h)[0], "Fused", "'Narrow'", "[7]", "[4]"),
        new("weight declared by two inner cells", (c, x, h) => x.Dot(c.Kernel("k", 4)) + x.Dot(c.Kernel("k", 4)), "'k' is declared twice", "cell.Within"),
        new("weight declared twice", (c, x, h) => x.Dot(c.Kernel("k", 2)) + x.Dot(c.Kernel("k", 5)), "'k'", "[3, 2]", "[3, 5]"),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Error_NamesCellOperationAndShapes(Case wrong)
    {
        Trace trace = new("cell 'x'");
        CellScope cell = new(trace, "x_1", Features, Units);
        Expr input = new(trace, Operations.Input, Expr.Batch, Features, []);
        Expr hidden = new(trace, Operations.State, Expr.Batch, Units, []);
        ShapeException? error = Assert.Throws<ShapeException>(() => wrong.Step(cell, input, hidden));
        Assert.That(error!.Message, Does.StartWith("cell 'x': "));
        foreach (string part in wrong.Parts) Assert.That(error.Message, Does.Contain(part));
    }

    [Test]
    public void InnerCells_DeclareTheirWeightsInPlacesOfTheirOwn()
    {
        static FunctionCell Inner(string slot) => new("inner", [new StateSlot(slot, 2)], (cell, x, state) => new CellStep(x.Dot(cell.Kernel("kernel", 2)) + state[slot].Dot(cell.RecurrentKernel("recurrent_kernel", 2)), [state[slot]]));
        FunctionCell outer = new("outer", [new StateSlot("left", 2), new StateSlot("right", 2)], (cell, x, state) =>
        {
            Expr[] both = [.. new[] { "left", "right" }.Select(place => Inner(place).Step(cell.Within(place, Inner(place), x), x, state).Output)];
            return new CellStep(Functions.Concat(both), [state["left"], state["right"]]);
        });
        StepEquations step = StepEquations.OfCell(outer, "outer_1", Features);
        Assert.That(step.Weights.Select(weight => weight.Name), Is.EqualTo(new[] { "outer_1/left/kernel", "outer_1/left/recurrent_kernel", "outer_1/right/kernel", "outer_1/right/recurrent_kernel" }));
        Assert.That(step.Weights[1].Shape, Is.EqualTo(new[] { 2, 2 }));
    }

    [Test]
    public void Expressions_OfTwoCells_DoNotMix()
    {
        Expr left = new(new Trace("cell 'x'"), Operations.Input, Expr.Batch, Features, []);
        Expr right = new(new Trace("cell 'y'"), Operations.Input, Expr.Batch, Features, []);
        Assert.That(() => left + right, Throws.TypeOf<ShapeException>().With.Message.Contains("different cells"));
    }

    [Test]
    public void Shapes_ThatFit_AreNoError()
    {
        Trace trace = new("cell 'x'");
        CellScope cell = new(trace, "x_1", Features, Units);
        Expr input = new(trace, Operations.Input, Expr.Batch, Features, []);
        Expr hidden = new(trace, Operations.State, Expr.Batch, Units, []);
        Expr gates = input.Dot(cell.Kernel("kernel", 2 * Units)) + hidden.Dot(cell.RecurrentKernel("recurrent_kernel", 2 * Units)) + cell.Bias("bias", 2 * Units);
        Expr mixed = gates.Part(0, parts: 2) * hidden + (1 - gates.Part(1, parts: 2)) / Functions.Sum(hidden);
        Assert.That(mixed.ToString(), Is.EqualTo("[batch, 4]"));
        Assert.That(cell.Weights.Select(weight => weight.Name), Is.EqualTo((string[])["x_1/kernel", "x_1/recurrent_kernel", "x_1/bias"]));
        Assert.That(cell.Weights.Select(weight => string.Join("x", weight.Shape)), Is.EqualTo((string[])["3x8", "4x8", "8"]));
    }

    [Test]
    public void State_UnknownName_ListsTheKnownOnes()
    {
        Trace trace = new("cell 'x'");
        Expr hidden = new(trace, Operations.State, Expr.Batch, Units, []);
        CellState state = new("cell 'x'", [new StateSlot("hidden", Units)], [hidden]);
        Assert.That(state["hidden"], Is.SameAs(hidden));
        Assert.That(() => state["cell"], Throws.TypeOf<ResearchException>().With.Message.Contains("'cell'").And.Message.Contains("'hidden'"));
    }

    public sealed class Case(string name, Func<CellScope, Expr, Expr, Expr> step, params string[] parts)
    {
        public Func<CellScope, Expr, Expr, Expr> Step { get; } = step;

        public IReadOnlyList<string> Parts { get; } = parts;

        public override string ToString() => name;
    }

    private sealed class Narrow : IFusedKernel
    {
        public IReadOnlyList<int> InputWidths => [7];

        public IReadOnlyList<int> OutputWidths => [7];

        public int SavedWidth => 0;

        public void Forward(int rows, in FusedForward blocks) => throw new NotSupportedException();

        public void Backward(int rows, in FusedBackward blocks) => throw new NotSupportedException();
    }
}
