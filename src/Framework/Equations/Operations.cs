using Research.Framework.Numerics;

namespace Research.Framework.Equations;

/// <summary>
/// The one table of operations: everything that an equation can contain. An element-wise operation is an entry here, its
/// kernel in <see cref="LaneKernels"/> and its function in <see cref="Functions"/>; differentiation, readers, planner and
/// built-in engine follow the entry.
/// </summary>
public static class Operations
{
    private static readonly List<ElementwiseOperation> s_elementwise = [];

    // Derivatives of activations, of the gradient that arrives and the result: they come first, because the entries name them.
    internal static ElementwiseOperation SigmoidGradient { get; } = ElementwiseOperation.Derivative<LaneKernels.SigmoidGradient>(
        nameof(SigmoidGradient), (g, y) => g * y * (1 - y)).TakingItsArgument();

    internal static ElementwiseOperation TanhGradient { get; } = ElementwiseOperation.Derivative<LaneKernels.TanhGradient>(
        nameof(TanhGradient), (g, y) => g * (1 - y * y)).TakingItsArgument();

    internal static ElementwiseOperation ReluGradient { get; } = ElementwiseOperation.Derivative<LaneKernels.ReluGradient>(
        nameof(ReluGradient), (g, y) => y > 0 ? g : 0).TakingItsArgument();

    internal static ElementwiseOperation HardSigmoidGradient { get; } = ElementwiseOperation.Derivative<LaneKernels.HardSigmoidGradient>(
        nameof(HardSigmoidGradient), (g, y) => y is > 0 and < 1 ? g / 6 : 0);

    internal static ElementwiseOperation HardSigmoidKeras2Gradient { get; } = ElementwiseOperation.Derivative<LaneKernels.HardSigmoidKeras2Gradient>(
        nameof(HardSigmoidKeras2Gradient), (g, y) => y is > 0 and < 1 ? g * 0.2 : 0);

    /// <summary>a + b.</summary>
    public static ElementwiseOperation Add { get; } = Entry(ElementwiseOperation.Binary<LaneKernels.Add>(
        nameof(Add), (a, b) => a + b, (g, a, b, y) => g, (g, a, b, y) => g).ZeroWhere(ZeroRule.All));

    /// <summary>a - b.</summary>
    public static ElementwiseOperation Subtract { get; } = Entry(ElementwiseOperation.Binary<LaneKernels.Subtract>(
        nameof(Subtract), (a, b) => a - b, (g, a, b, y) => g, (g, a, b, y) => -g).ZeroWhere(ZeroRule.All));

    /// <summary>a · b, element by element.</summary>
    public static ElementwiseOperation Multiply { get; } = Entry(ElementwiseOperation.Binary<LaneKernels.Multiply>(
        nameof(Multiply), (a, b) => a * b, (g, a, b, y) => g * b, (g, a, b, y) => g * a).ZeroWhere(ZeroRule.Any));

    /// <summary>a / b.</summary>
    public static ElementwiseOperation Divide { get; } = Entry(ElementwiseOperation.Binary<LaneKernels.Divide>(
        nameof(Divide), (a, b) => a / b, (g, a, b, y) => g / b, (g, a, b, y) => -(g * y / b)));

    /// <summary>x + s.</summary>
    public static ElementwiseOperation AddScalar { get; } = Entry(ElementwiseOperation.WithScalar<LaneKernels.AddScalar>(
        nameof(AddScalar), (x, s) => x + s, (g, x, y, s) => g));

    /// <summary>s - x.</summary>
    public static ElementwiseOperation SubtractFromScalar { get; } = Entry(ElementwiseOperation.WithScalar<LaneKernels.SubtractFromScalar>(
        nameof(SubtractFromScalar), (x, s) => s - x, (g, x, y, s) => -g));

    /// <summary>x · s.</summary>
    public static ElementwiseOperation MultiplyScalar { get; } = Entry(ElementwiseOperation.WithScalar<LaneKernels.MultiplyScalar>(
        nameof(MultiplyScalar), (x, s) => x * s, (g, x, y, s) => g * s).ZeroWhere(ZeroRule.All));

    /// <summary>s / x.</summary>
    public static ElementwiseOperation DivideScalarBy { get; } = Entry(ElementwiseOperation.WithScalar<LaneKernels.DivideScalarBy>(
        nameof(DivideScalarBy), (x, s) => s / x, (g, x, y, s) => -(g * y / x)));

    /// <summary>The logistic sigmoid.</summary>
    public static ElementwiseOperation Sigmoid { get; } = Entry(ElementwiseOperation.Unary<LaneKernels.Sigmoid>(
        nameof(Sigmoid), x => 1 / (1 + DoubleMath.Exp(-x)), (g, x, y) => SigmoidGradient.Of(g, y)).TakingItsArgument());

    /// <summary>The hyperbolic tangent.</summary>
    public static ElementwiseOperation Tanh { get; } = Entry(ElementwiseOperation.Unary<LaneKernels.Tanh>(
        nameof(Tanh), DoubleMath.Tanh, (g, x, y) => TanhGradient.Of(g, y)).TakingItsArgument().ZeroWhere(ZeroRule.All));

    /// <summary>max(x, 0).</summary>
    public static ElementwiseOperation Relu { get; } = Entry(ElementwiseOperation.Unary<LaneKernels.Relu>(
        nameof(Relu), x => Math.Max(x, 0), (g, x, y) => ReluGradient.Of(g, y)).TakingItsArgument().ZeroWhere(ZeroRule.All));

    /// <summary>relu6(x + 3) / 6.</summary>
    public static ElementwiseOperation HardSigmoid { get; } = Entry(ElementwiseOperation.Unary<LaneKernels.HardSigmoid>(
        nameof(HardSigmoid), x => Math.Clamp((x + 3) / 6, 0, 1), (g, x, y) => HardSigmoidGradient.Of(g, y)));

    /// <summary>clip(0.2 x + 0.5, 0, 1).</summary>
    public static ElementwiseOperation HardSigmoidKeras2 { get; } = Entry(ElementwiseOperation.Unary<LaneKernels.HardSigmoidKeras2>(
        nameof(HardSigmoidKeras2), x => Math.Clamp(0.2 * x + 0.5, 0, 1), (g, x, y) => HardSigmoidKeras2Gradient.Of(g, y)));

    /// <summary>e^x.</summary>
    public static ElementwiseOperation Exp { get; } = Entry(ElementwiseOperation.Unary<LaneKernels.Exp>(
        nameof(Exp), DoubleMath.Exp, (g, x, y) => g * y));

    /// <summary>ln x.</summary>
    public static ElementwiseOperation Log { get; } = Entry(ElementwiseOperation.Unary<LaneKernels.Log>(
        nameof(Log), x => x > 0 ? DoubleMath.Log(x) : x == 0 ? double.NegativeInfinity : double.NaN, (g, x, y) => g / x));

    /// <summary>√x.</summary>
    public static ElementwiseOperation Sqrt { get; } = Entry(ElementwiseOperation.Unary<LaneKernels.Sqrt>(
        nameof(Sqrt), Math.Sqrt, (g, x, y) => g * 0.5 / y));

    /// <summary>e^x over its sum within each row.</summary>
    public static Operation Softmax { get; } = new SoftmaxEntry();

    /// <summary>The element-wise operations that an equation can be written with: what a reader must know, but for those of a user's own.</summary>
    public static IReadOnlyList<ElementwiseOperation> Elementwise { get; } = s_elementwise.AsReadOnly();

    // Within a row.
    internal static Operation Sum { get; } = new SumEntry();

    internal static Operation Broadcast { get; } = new BroadcastEntry();

    // Views, products and leaves.
    internal static Operation Slice { get; } = new SliceEntry();

    internal static Operation Concat { get; } = new ConcatEntry();

    internal static Operation Dot { get; } = new DotEntry();

    internal static Operation Input { get; } = new LeafEntry(nameof(Input));

    internal static Operation State { get; } = new LeafEntry(nameof(State), ZeroRule.Always);

    internal static Operation Noise { get; } = new LeafEntry(nameof(Noise));

    internal static Operation Weight { get; } = new LeafEntry(nameof(Weight));

    // A cell's own kernel and its results.
    internal static Operation Fused { get; } = new CallEntry(nameof(Fused), OperationKind.Call);

    internal static Operation FusedOutput { get; } = new CallEntry(nameof(FusedOutput), OperationKind.CallResult);

    // Only differentiation writes these, too.
    internal static Operation SoftmaxGradient { get; } = new SoftmaxGradientEntry();

    internal static Operation DotTransposed { get; } = new DotTransposedEntry();

    internal static Operation Zero { get; } = new ZeroEntry();

    internal static Operation OutputGradient { get; } = new LeafEntry(nameof(OutputGradient));

    internal static Operation StateGradient { get; } = new LeafEntry(nameof(StateGradient));

    internal static Operation FusedGradient { get; } = new CallEntry(nameof(FusedGradient), OperationKind.Call);

    internal static Operation FusedInputGradient { get; } = new CallEntry(nameof(FusedInputGradient), OperationKind.CallResult);

    // Only a planner writes these.
    internal static ElementwiseOperation Copy { get; } = ElementwiseOperation.PlannedUnary<LaneKernels.Copy>(nameof(Copy), x => x);

    internal static ElementwiseOperation MultiplyAdd { get; } = ElementwiseOperation.Planned<LaneKernels.MultiplyAdd>(nameof(MultiplyAdd), (a, b, c) => a * b + c);

    private static ElementwiseOperation Entry(ElementwiseOperation operation)
    {
        s_elementwise.Add(operation);
        return operation;
    }

    private sealed class SoftmaxEntry() : Operation("Softmax", 1)
    {
        internal override OperationKind Kind => OperationKind.Rowwise;

        internal override bool IsForward => true;

        internal override void Differentiate(Expr node, Expr gradient, Differentiation to) =>
            to.Contribute(node.Operands[0], new Expr(node.Trace, SoftmaxGradient, Expr.Batch, node.Columns, [gradient, node]));

        internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) => operations.Softmax(operands[0]);

        internal override nint Link(IKernelLinker linker) => linker.Softmax();
    }

    private sealed class SoftmaxGradientEntry() : Operation("SoftmaxGradient", 2)
    {
        internal override OperationKind Kind => OperationKind.Rowwise;

        internal override bool IsForward => false;

        internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) => Gradients(operations).SoftmaxGradient(operands[0], operands[1]);

        internal override nint Link(IKernelLinker linker) => linker.SoftmaxGradient();
    }

    private sealed class SumEntry() : Operation("Sum", 1)
    {
        internal override OperationKind Kind => OperationKind.Rowwise;

        internal override bool IsForward => true;

        internal override void Differentiate(Expr node, Expr gradient, Differentiation to) =>
            to.Contribute(node.Operands[0], Expr.BroadcastTo(gradient, node.Operands[0].Columns));

        internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) => operations.Sum(operands[0]);

        internal override nint Link(IKernelLinker linker) => linker.Sum();
    }

    private sealed class BroadcastEntry() : Operation("Broadcast", 1)
    {
        internal override OperationKind Kind => OperationKind.Rowwise;

        internal override bool IsForward => true;

        internal override void Differentiate(Expr node, Expr gradient, Differentiation to) =>
            to.Contribute(node.Operands[0], new Expr(node.Trace, Sum, Expr.Batch, 1, [gradient]));

        internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) => operations.Broadcast(operands[0], node.Columns);

        internal override nint Link(IKernelLinker linker) => linker.Broadcast();
    }

    private sealed class SliceEntry() : Operation("Slice", 1)
    {
        internal override OperationKind Kind => OperationKind.View;

        internal override ZeroRule Zeros => ZeroRule.All;

        internal override bool IsForward => true;

        internal override void Differentiate(Expr node, Expr gradient, Differentiation to) => to.ContributeSlice(node.Operands[0], node.Index, gradient);

        internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) => operations.Slice(operands[0], node.Index, node.Columns);
    }

    private sealed class ConcatEntry() : Operation("Concat", -1)
    {
        internal override OperationKind Kind => OperationKind.Concat;

        internal override ZeroRule Zeros => ZeroRule.All;

        internal override bool IsForward => true;

        internal override void Differentiate(Expr node, Expr gradient, Differentiation to)
        {
            int start = 0;
            foreach (Expr part in node.Operands)
            {
                to.Contribute(part, gradient.Slice(start, part.Columns));
                start += part.Columns;
            }
        }

        internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) => operations.Concat(operands);
    }

    private sealed class DotEntry() : Operation("Dot", 2)
    {
        internal override OperationKind Kind => OperationKind.Product;

        internal override bool IsForward => true;

        internal override void Differentiate(Expr node, Expr gradient, Differentiation to)
        {
            Expr block = node.Operands[0], matrix = node.Operands[1];
            to.Contribute(block, new Expr(node.Trace, DotTransposed, Expr.Batch, block.Columns, [gradient, matrix]));
            to.ContributeProduct(matrix, block, gradient);
        }

        internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) => operations.Dot(operands[0], operands[1]);
    }

    private sealed class DotTransposedEntry() : Operation("DotTransposed", 2)
    {
        internal override OperationKind Kind => OperationKind.Product;

        internal override bool IsForward => false;

        internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) => Gradients(operations).DotTransposed(operands[0], operands[1]);
    }

    private sealed class ZeroEntry() : Operation("Zero", 0)
    {
        internal override OperationKind Kind => OperationKind.Leaf;

        internal override ZeroRule Zeros => ZeroRule.Always;

        internal override bool IsForward => false;

        internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) => Gradients(operations).Zero(node.Columns);
    }

    private sealed class LeafEntry(string name, ZeroRule zeros = ZeroRule.Never) : Operation(name, 0)
    {
        internal override OperationKind Kind => OperationKind.Leaf;

        internal override ZeroRule Zeros => zeros;

        internal override bool IsForward => false;

        // Dropout's noise comes from outside: nobody wants its gradient.
        internal override void Differentiate(Expr node, Expr gradient, Differentiation to)
        {
        }
    }

    private sealed class CallEntry(string name, OperationKind kind) : Operation(name, -1)
    {
        internal override OperationKind Kind => kind;

        internal override bool IsForward => false;

        internal override void Differentiate(Expr node, Expr gradient, Differentiation to) => to.ContributeCall(node, gradient);

        internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) =>
            throw new ResearchException($"{node.Trace.Owner}: its step is a kernel of its own ({node.Kernel!.GetType().Name}), which no reader of equations can compute; write the step as equations, and the kernel as the fused step beside it.");
    }

    private static IGradientOperations<T> Gradients<T>(IStepOperations<T> operations) =>
        operations as IGradientOperations<T> ?? throw new InvalidOperationException($"{operations.GetType().Name} reads no gradients.");
}
