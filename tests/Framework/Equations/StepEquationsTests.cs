using Research.Framework.Equations;
using Research.Framework.Managed.Planning;
using static Research.Framework.Equations.Functions;

namespace Research.Framework.Tests.Equations;

/// <summary>Steps of one or more inputs, with and without state: planned, run, differentiated and read.</summary>
public class StepEquationsTests
{
    private const int Features = 5, Units = 4;

    private static readonly Case[] Cases =
    [
        new("an input itself", Rows((_, x) => x[0])),
        new("the second of two inputs", Rows((_, x) => x[1])),
        new("a part of an input", Rows((_, x) => x[0].Slice(1, 3))),
        new("two inputs side by side", Rows((_, x) => Concat(x[0], x[1]))),
        new("an input twice and a part of another", Rows((_, x) => Concat(x[0], x[1].Slice(2, 2), x[0]))),
        new("a part of two inputs side by side", Rows((_, x) => Concat(x[0], x[1]).Slice(3, 4))),
        new("residual", Rows((_, x) => x[0] + x[1])),
        new("residual with scale", Rows((_, x) => 0.5 * x[0] + x[1])),
        new("a product of both", Rows((cell, x) => Tanh(x[0].Dot(cell.Kernel("a", Units)) + x[1].Dot(cell.Kernel("b", Units)) + cell.Bias("bias", Units)))),
        new("a product with both", Rows((cell, x) => Concat(x[0], x[1]).Dot(cell.Weight("kernel", 2 * Features, Units, Initializers.Zeros)))),
        new("a weight of one row, as a matrix and as a vector", Rows((cell, x) => cell.Weight("row", 1, Units, Initializers.Zeros) is var row ? x[0].Slice(0, 1).Dot(row) * row : row)),
        new("weights alone", Rows((cell, _) => Sigmoid(cell.Bias("bias", Units)))),
        new("weights alone beside an input", Rows((cell, x) => Concat(x[0], Sigmoid(cell.Bias("bias", Units))))),
        new("weights alone, multiplied", Rows((cell, x) => x[0].Slice(0, Units) + Tanh(cell.Bias("bias", Features)).Dot(cell.Kernel("kernel", Units)))),
        new("softmax of weights alone", Rows((cell, x) => x[0] * Softmax(cell.Bias("bias", Features)))),
        new("normalised over the features", Rows((cell, x) => (x[0] - Mean(x[0])) / Sqrt(Mean(Square(x[0] - Mean(x[0]))) + 0.1) * cell.Bias("scale", Features))),
        new("a loss of three inputs", StepEquations.OfRows("loss", [Features, Features, 1], (_, x) => Mean(Square(x[0] - x[1])) * x[2])),
        new("one of three inputs", StepEquations.OfRows("middle", [2, 3, 4], (_, x) => Exp(x[1] * 0.25))),
        new("a cell", Cell((cell, x, h) => Tanh(x.Dot(cell.Kernel("kernel", Units)) + h.Dot(cell.RecurrentKernel("recurrent", Units)) + cell.Bias("bias", Units)))),
        new("a cell that starts from weights alone", Cell((cell, x, h) => Tanh(h * Sigmoid(cell.Bias("leak", Units))) + Concat(x.Slice(0, 2), Tanh(cell.Bias("rest", 2))))),
        new("a cell whose state is weights alone", Cell((cell, x, h) => Sigmoid(cell.Bias("bias", Units)))),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Gradients_EqualCentralDifferences(Case step)
    {
        StepRig.AssertGradientsInDouble(step.Equations, positive: true);
        StepRig.AssertGradientsInDouble(step.Equations, positive: false);
    }

    [TestCaseSource(nameof(Cases))]
    public void Engine_EqualsDouble_AtEveryWidth(Case step)
    {
        StepRig.AssertEngineEqualsDouble(step.Equations, positive: true, steps: 1);
        StepRig.AssertEngineEqualsDouble(step.Equations, positive: false, steps: 7);
    }

    [TestCaseSource(nameof(Cases))]
    public void Engine_ComputesOnlyTheInputGradientsThatAreWanted(Case step)
    {
        int inputs = step.Equations.Inputs.Count;
        for (int wanted = 0; wanted < 1 << inputs; wanted++)
            StepRig.AssertEngineEqualsDouble(step.Equations, positive: true, wantInputGradients: [.. Enumerable.Range(0, inputs).Select(input => (wanted >> input & 1) == 1)]);
    }

    [Test]
    public void UsedOperations_AreThoseThatAReaderIsAskedFor_EachOnce()
    {
        StepEquations step = Cell((cell, x, h) =>
        {
            _ = Exp(x); // nothing reads it
            Expr next = Tanh(x.Dot(cell.Kernel("kernel", Units)) + h);
            return Tanh(next);
        });
        Assert.That(step.UsedOperations, Is.EqualTo((Operation[])[Operations.Dot, Operations.Add, Operations.Tanh]));
        Assert.That(StepEquations.OfRows("itself", [Features], (_, x) => x[0]).UsedOperations, Is.Empty);
    }

    [Test]
    public void GradientOfAnInputThatNothingDependsOn_IsNowhere()
    {
        StepEquations step = Rows((_, x) => Tanh(x[1]));
        StepPlan plan = StepPlanner.Plan(Differentiation.Of(step, step.Output), [true, true]);
        Assert.That(plan.InputGradients.Select(place => place.IsNone), Is.EqualTo(new[] { true, false }));
    }

    [TestCaseSource(nameof(Cases))]
    public void Parts_GiveWhatTheWholeGives(Case step)
    {
        const int Steps = 3, Batch = 2;
        StepEquations equations = step.Equations;
        Dictionary<string, double[]> weights = equations.Weights.ToDictionary(weight => weight.Name, weight => StepRig.Numbers(weight.Name, weight.Count, positive: true).Select(value => (double)value).ToArray());
        double[][,] inputs = [.. equations.Inputs.Select((input, index) => StepRig.Block(StepRig.Numbers($"input {index}", Steps * Batch * input.Columns, positive: true), Steps * Batch))];
        IReadOnlyList<double[,]> state = [.. equations.State.Select(slot => new double[Batch, slot.Columns])], whole = state;
        DoubleOperations all = new(Steps * Batch, weights), one = new(Batch, weights);
        StepPart<double[,]> part = equations.InputPart(all, inputs);
        for (int t = 0; t < Steps; t++)
        {
            double[,] Now(double[,] block) => Select(block, t * Batch, Batch);
            StepValues<double[,]> expected = equations.Evaluate(one, [.. inputs.Select(Now)], whole);
            StepValues<double[,]> values = equations.StatePart(one, part.Select(Now), state);
            Assert.That(values.Output, Is.EqualTo(expected.Output));
            Assert.That(values.State, Is.EqualTo(expected.State));
            Assert.That(values.Output.GetLength(0), Is.EqualTo(Batch));
            (state, whole) = (values.State, expected.State);
        }
    }

    [Test]
    public void InputPart_HoldsWhatNeedsNoState()
    {
        StepEquations step = Cases.Single(step => step.ToString() == "a cell").Equations;
        Counting counting = new();
        StepPart<string> part = step.InputPart(counting, ["x"]);
        Assert.That(counting.Calls, Is.EqualTo(new[] { "kernel [5, 4]", "recurrent [4, 4]", "bias [1, 4]", "Dot" }));
        counting.Calls.Clear();
        StepValues<string> values = step.StatePart(counting, part.Select(block => block + "@t"), ["h"]);
        Assert.That(counting.Calls, Is.EqualTo(new[] { "Dot", "Add", "Add", "Tanh" }));
        Assert.That(values.Output, Is.EqualTo("Tanh(Add(Add(x.kernel@t, h.recurrent), bias))"));
        Assert.That(() => Rows((_, x) => x[0]).StatePart(counting, part, []), Throws.TypeOf<ResearchException>().With.Message.Contains("Layer 'rows': expected a part of this step"));
    }

    [Test]
    public void Dropout_WithoutNoise_IsNoMultiplication()
    {
        FunctionCell cell = new("dropped", [new StateSlot("hidden", Features)], (_, input, state) => new CellStep(input + state["hidden"], input));
        StepEquations step = StepEquations.OfCell(cell, "layer", Features, dropsInput: true, dropsState: true);
        Assert.That(step.Evaluate(new Counting(), ["x"], ["h"]).Output, Is.EqualTo("Add(x, h)"));
        Assert.That(step.Evaluate(new Counting(), ["x"], ["h"], "noise", "more").Output, Is.EqualTo("Add(Multiply(x, noise), Multiply(h, more))"));
        Assert.That(
            () => StepEquations.OfCell(cell, "layer", Features).Evaluate(new Counting(), ["x"], ["h"], "noise"),
            Throws.TypeOf<ResearchException>().With.Message.Contains("noise for its input"));
    }

    [Test]
    public void Double_WithNoise_HasItsGradients()
    {
        FunctionCell cell = new("dropped", [new StateSlot("hidden", 2)], (_, input, state) => new CellStep(input + 3 * state["hidden"], input));
        DoubleStep step = new(StepEquations.OfCell(cell, "layer", 2, dropsInput: true, dropsState: true));
        Dictionary<string, double[]> none = [];
        double[,] ones = { { 1, 1 } }, noise = { { 0, 2 } }, zero = new double[1, 2];
        DoubleStepGradients noisy = step.Backward(step.Forward(none, [ones], [ones], noise, noise), ones, [zero]);
        Assert.That(noisy.Inputs[0], Is.EqualTo(noise));
        Assert.That(noisy.State[0], Is.EqualTo(new double[,] { { 0, 6 } }));
        DoubleStepGradients still = step.Backward(step.Forward(none, [ones], [ones]), ones, [zero]);
        Assert.That(still.Inputs[0], Is.EqualTo(ones));
        Assert.That(still.State[0], Is.EqualTo(new double[,] { { 3, 3 } }));
    }

    [Test]
    public void Before_TakesTheLastOperationAway()
    {
        StepEquations step = Rows((cell, x) => Softmax(x[0].Dot(cell.Kernel("kernel", Units))));
        Assert.That(step.Before(Operations.Softmax)!.Evaluate(new Counting(), ["x", "y"], []).Output, Is.EqualTo("x.kernel"));
        Assert.That(step.Before(Operations.Sigmoid), Is.Null);
    }

    [Test]
    public void FinishedStep_CannotBeAddedTo()
    {
        StepEquations step = Rows((_, x) => x[0] + x[1]);
        Assert.That(() => step.Output * 2, Throws.TypeOf<ResearchException>().With.Message.Contains("Layer 'rows'").And.Message.Contains("finished"));
        int before = step.Trace.Expressions.Count;
        Differentiation.Of(step, step.Output);
        Assert.That(step.Trace.Expressions, Has.Count.EqualTo(before));
    }

    [Test]
    public void WrongNumbersOfThings_AreNamed()
    {
        StepEquations step = Rows((cell, x) => x[0].Dot(cell.Kernel("kernel", Units)));
        Dictionary<string, double[]> weights = new() { ["rows/kernel"] = new double[Features * Units] };
        Assert.That(() => step.Evaluate(new Counting(), ["x"], []), Throws.TypeOf<ResearchException>().With.Message.Contains("expected 2 inputs").And.Message.Contains("got 1"));
        Assert.That(() => new DoubleStep(step).Forward(weights, [new double[2, Features], new double[2, 4]], []), Throws.TypeOf<ResearchException>().With.Message.Contains("expected [2, 5] at 1, got [2, 4]"));
        Assert.That(() => new DoubleStep(step).Forward(new Dictionary<string, double[]>(), [new double[2, Features], new double[2, Features]], []), Throws.TypeOf<ResearchException>().With.Message.Contains("'rows/kernel'"));
        Assert.That(() => Rows((_, _) => null!), Throws.TypeOf<ResearchException>().With.Message.EqualTo("Layer 'rows': expected equations for its output, got null."));
        Assert.That(() => Step((_, _) => null!), Throws.TypeOf<ResearchException>().With.Message.EndsWith("expected equations for its step, got null."));
        Assert.That(() => Step((_, state) => new CellStep(null!, state)), Throws.TypeOf<ResearchException>().With.Message.EndsWith("expected equations for its output, got null."));
        Assert.That(() => Step((input, _) => new CellStep(input, [null!])), Throws.TypeOf<ResearchException>().With.Message.EndsWith("expected equations for its new state 'hidden', got null."));
        Assert.That(() => StepEquations.OfRows("none", [], (_, x) => x[0]), Throws.TypeOf<ResearchException>().With.Message.Contains("at least one input"));
    }

    [Test]
    public void KernelWithoutEquations_IsReadByNobody()
    {
        StepEquations step = Rows((cell, x) => cell.Fused(new Doubled(), x[0])[0]);
        Assert.That(() => step.Evaluate(new Counting(), ["x", "y"], []), Throws.TypeOf<ResearchException>().With.Message.Contains("Doubled").And.Message.Contains("Layer 'rows'"));
    }

    private static StepEquations Rows(Func<CellScope, IReadOnlyList<Expr>, Expr> equations) => StepEquations.OfRows("rows", [Features, Features], equations);

    private static StepEquations Step(Func<Expr, Expr, CellStep> step) => StepEquations.OfCell(
        new FunctionCell("cell", [new StateSlot("hidden", Features)], (_, input, state) => step(input, state["hidden"])), "cell", Features);

    private static StepEquations Cell(Func<CellScope, Expr, Expr, Expr> step) => StepEquations.OfCell(
        new FunctionCell("cell", [new StateSlot("hidden", Units)], (cell, input, state) =>
        {
            Expr next = step(cell, input, state["hidden"]);
            return new CellStep(next, next);
        }),
        "cell",
        Features);

    private static double[,] Select(double[,] block, int first, int rows)
    {
        double[,] selected = new double[rows, block.GetLength(1)];
        for (int i = 0; i < selected.Length; i++) selected[i / selected.GetLength(1), i % selected.GetLength(1)] = block[first + i / selected.GetLength(1), i % selected.GetLength(1)];
        return selected;
    }

    public sealed class Case(string name, StepEquations equations)
    {
        public StepEquations Equations { get; } = equations;

        public override string ToString() => name;
    }

    /// <summary>Writes a step down instead of computing it.</summary>
    private sealed class Counting : IStepOperations<string>
    {
        public List<string> Calls { get; } = [];

        public string Weight(WeightView view)
        {
            string name = view.Weight.Name[(view.Weight.Name.IndexOf('/') + 1)..];
            Calls.Add($"{name} [{view.Rows}, {view.Columns}]");
            return name;
        }

        public string Repeat(string row) => Call("Repeat", $"Repeat({row})");

        public string Dot(string block, string matrix) => Call("Dot", $"{block}.{matrix}");

        public string Elementwise(ElementwiseOperation operation, IReadOnlyList<string> operands, float scalar) =>
            Call(operation.Name, $"{operation}({string.Join(", ", operands)}{(operation.TakesScalar ? FormattableString.Invariant($", {scalar}") : "")})");

        public string Softmax(string block) => Call("Softmax", $"Softmax({block})");

        public string Sum(string block) => Call("Sum", $"Sum({block})");

        public string Broadcast(string column, int columns) => Call("Broadcast", column);

        public string Slice(string block, int start, int columns) => Call("Slice", $"{block}[{start}..{start + columns}]");

        public string Concat(IReadOnlyList<string> blocks) => Call("Concat", $"[{string.Join(", ", blocks)}]");

        private string Call(string name, string text)
        {
            Calls.Add(name);
            return text;
        }
    }

    private sealed class Doubled : IFusedKernel
    {
        public IReadOnlyList<int> InputWidths => [Features];

        public IReadOnlyList<int> OutputWidths => [Features];

        public int SavedWidth => 0;

        public void Forward(int rows, in FusedForward blocks)
        {
            for (int i = 0; i < blocks.Input(0).Length; i++) blocks.Output(0)[i] = 2 * blocks.Input(0)[i];
        }

        public void Backward(int rows, in FusedBackward blocks)
        {
            for (int i = 0; i < blocks.InputGradient(0).Length; i++) blocks.InputGradient(0)[i] = 2 * blocks.OutputGradient(0)[i];
        }
    }
}
