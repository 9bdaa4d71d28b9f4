using System.Reflection;
using System.Runtime.Intrinsics;
using Research.Framework.Equations;
using Research.Framework.Managed.Execution;
using Research.Framework.Numerics;
using static Research.Framework.Equations.Functions;

namespace Research.Framework.Tests.Equations;

/// <summary>Every entry of the table: named, with a meaning, a kernel and a proven gradient.</summary>
public class OperationsTests
{
    // Operations that are not element-wise: a step that shows each.
    private static readonly Dictionary<Operation, StepEquations> s_steps = new()
    {
        [Operations.Softmax] = Rows(inputs => Softmax(inputs[0])),
        [Operations.Sum] = Rows(inputs => Sum(inputs[0])),
        [Operations.Broadcast] = Rows(inputs => inputs[0] * inputs[1].Slice(1, 1)),
        [Operations.Slice] = Rows(inputs => inputs[0].Slice(1, 2)),
        [Operations.Concat] = Rows(inputs => Concat(inputs[0], inputs[1], inputs[0])),
        [Operations.Dot] = StepEquations.OfRows("dot", [5], (cell, inputs) => inputs[0].Dot(cell.Kernel("kernel", 3))),
    };

    public static IEnumerable<PropertyInfo> Properties => typeof(Operations)
        .GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(property => typeof(Operation).IsAssignableFrom(property.PropertyType));

    internal static IEnumerable<Operation> All => Properties.Select(property => (Operation)property.GetValue(null)!);

    private static IEnumerable<Operation> Forward => All.Where(operation => operation.IsForward);

    private static IEnumerable<Operation> Rowwise => All.Where(operation => operation.Kind == OperationKind.Rowwise);

    [TestCaseSource(nameof(Properties))]
    public void Entry_IsNamedAsItsProperty(PropertyInfo property) => Assert.That(((Operation)property.GetValue(null)!).Name, Is.EqualTo(property.Name));

    [Test]
    public void Elementwise_ListsWhatEquationsCanBeWrittenWith() =>
        Assert.That(Operations.Elementwise, Is.EquivalentTo(Forward.OfType<ElementwiseOperation>()));

    [TestCaseSource(nameof(Forward))]
    public void Gradient_EqualsCentralDifferences(Operation operation)
    {
        foreach (StepEquations step in StepsOf(operation))
        {
            StepRig.AssertGradientsInDouble(step, positive: true);
            if (TakesNegative(operation)) StepRig.AssertGradientsInDouble(step, positive: false);
        }
    }

    [TestCaseSource(nameof(Forward))]
    public void Engine_EqualsTheMeaning_AtEveryWidth(Operation operation)
    {
        foreach (StepEquations step in StepsOf(operation))
        {
            StepRig.AssertEngineEqualsDouble(step, positive: true);
            if (TakesNegative(operation)) StepRig.AssertEngineEqualsDouble(step, positive: false);
        }
    }

    [TestCaseSource(nameof(Rowwise))]
    public void Kernel_IsLinked_AtEveryWidth(Operation operation)
    {
        AssertLinked<SimdScalar, float>(operation);
        AssertLinked<Simd128, Vector128<float>>(operation);
        AssertLinked<Simd256, Vector256<float>>(operation);
        AssertLinked<Simd512, Vector512<float>>(operation);
    }

    // What only differentiation writes is proven with the operation whose gradient it is.
    [Test]
    public void Derivatives_BelongToProvenOperations()
    {
        IEnumerable<Operation> proven = Forward.SelectMany(StepsOf).SelectMany(step => Differentiation.Of(step, step.Output).Step.Trace.Expressions).Select(node => node.Operation);
        IEnumerable<Operation> left = All.Except(proven)
            .Where(operation => operation.Kind is not (OperationKind.Call or OperationKind.CallResult)) // the conformance suite's kernels
            .Except([Operations.Copy, Operations.MultiplyAdd]) // the planner's
            .Except([Operations.State, Operations.Noise, Operations.StateGradient]); // leaves without a meaning of their own
        Assert.That(left, Is.Empty, "Nothing proves these: give an entry a gradient, or an operation that is not element-wise a step.");
    }

    [Test]
    public void Operands_AreCounted()
    {
        Expr x = new(new Trace("cell 'x'"), Operations.Input, Expr.Batch, 3, []);
        Assert.That(() => Operations.Add.Of(x), Throws.TypeOf<ShapeException>().With.Message.Contains("expected 2 operands, got 1"));
        Assert.That(() => Operations.Tanh.Of(x, x), Throws.TypeOf<ShapeException>().With.Message.Contains("expected 1 operands, got 2"));
        Assert.That(() => Operations.Tanh.Of(x, 2.0), Throws.TypeOf<ShapeException>().With.Message.Contains("no number"));
        Assert.That(() => Operations.AddScalar.Of(x), Throws.TypeOf<ShapeException>().With.Message.Contains("got none"));
        Assert.That(() => Operations.Add.Evaluate([1], 0), Throws.TypeOf<ResearchException>().With.Message.Contains("expected 2 operands, got 1"));
        Assert.That(Operations.Subtract.Evaluate([3, 5], 0), Is.EqualTo(-2));
        Assert.That(Operations.SubtractFromScalar.Evaluate([3], 5), Is.EqualTo(2));
    }

    private static StepEquations[] StepsOf(Operation operation)
    {
        if (s_steps.TryGetValue(operation, out StepEquations? step)) return [step];
        if (operation is not ElementwiseOperation elementwise) throw new InvalidOperationException($"Nothing proves {operation}: give it a step in this test.");
        if (elementwise.TakesScalar) return [Rows(inputs => elementwise.Of(inputs[0], 0.75))];
        return elementwise.Arity == 1
            ?
            [
                Rows(inputs => elementwise.Of(inputs[0])),
                Rows(inputs => elementwise.Of(inputs[0] + inputs[1])),
                Rows(inputs => elementwise.Of(inputs[0] * inputs[1])),
                Rows(inputs => elementwise.Of(inputs[0] * inputs[1] + inputs[0])),
            ]
            :
            [
                Rows(inputs => elementwise.Of(inputs[0], inputs[1])),
                StepEquations.OfRows("vector", [5], (cell, inputs) => elementwise.Of(inputs[0], cell.Bias("right", 5))),
                StepEquations.OfRows("vector", [5], (cell, inputs) => elementwise.Of(cell.Bias("left", 5), inputs[0])),
            ];
    }

    private static bool TakesNegative(Operation operation) =>
        operation is not ElementwiseOperation elementwise || double.IsFinite(elementwise.Evaluate([.. Enumerable.Repeat(-1.0, elementwise.Arity)], 0.75f));

    private static StepEquations Rows(Func<IReadOnlyList<Expr>, Expr> equations) => StepEquations.OfRows("rows", [5, 5], (_, inputs) => equations(inputs));

    private static unsafe void AssertLinked<TSimd, TVector>(Operation operation)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        BoundInstruction[] instructions = [new() { Operation = operation }];
        InstructionKernels<TSimd, TVector>.Link(instructions);
        Assert.That(instructions[0].Kernel is not null, Is.True);
    }
}
