
namespace Research.Framework.Equations;

/// <summary>
/// An operation that computes each element from the operands' elements at the same place. One of a user's own is made by
/// <see cref="Unary"/>, <see cref="WithScalar"/> or <see cref="Binary"/> and works in every equation; nothing need be told of it.
/// </summary>
public sealed class ElementwiseOperation : Operation
{
    private readonly Func<double, double, double, double> _meaning;
    private readonly Func<IKernelLinker, nint> _link;
    private readonly IReadOnlyList<Func<Expr, Expr, Expr>> _gradients;

    private ElementwiseOperation(string name, int arity, Func<double, double, double, double> meaning, Func<IKernelLinker, nint> link, IReadOnlyList<Func<Expr, Expr, Expr>> gradients)
        : base(name, arity)
    {
        if (string.IsNullOrWhiteSpace(name)) throw new ResearchException("An operation needs a name, e.g. 'Sigmoid', got an empty one.");
        _meaning = meaning;
        _link = link;
        _gradients = gradients;
    }

    /// <summary>Whether it has a number beside its operand, as x + 1 has.</summary>
    public bool TakesScalar { get; private init; }

    /// <summary>Whether the sum or product before it is computed on the way, in one instruction: every gate has one.</summary>
    internal bool TakesArgument { get; private init; }

    internal override OperationKind Kind => OperationKind.Rowwise;

    internal override ZeroRule Zeros => ZeroIf;

    internal override bool IsForward => _gradients.Count > 0;

    private ZeroRule ZeroIf { get; init; }

    /// <summary>An operation of one operand.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="meaning">Its meaning in double.</param>
    /// <param name="gradient">
    /// Its gradient as equations: from the gradient that arrives, the operand and the result to the operand's gradient, e.g.
    /// <c>(g, x, y) => g * y</c> for e^x.
    /// </param>
    /// <typeparam name="TKernel">Its code for the built-in engine.</typeparam>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static ElementwiseOperation Unary<TKernel>(string name, Func<double, double> meaning, Func<Expr, Expr, Expr, Expr> gradient)
        where TKernel : struct, IUnaryKernel =>
        new(name, 1, (x, _, _) => meaning(x), linker => linker.Unary<TKernel>(), [(g, y) => gradient(g, y.Operands[0], y)]);

    /// <summary>An operation of one operand and a number, e.g. x + 1.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="meaning">Its meaning in double, from element and number.</param>
    /// <param name="gradient">As in <see cref="Unary"/>, with the number last.</param>
    /// <typeparam name="TKernel">Its code for the built-in engine.</typeparam>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static ElementwiseOperation WithScalar<TKernel>(string name, Func<double, double, double> meaning, Func<Expr, Expr, Expr, double, Expr> gradient)
        where TKernel : struct, IUnaryKernel =>
        new(name, 1, (x, s, _) => meaning(x, s), linker => linker.Unary<TKernel>(), [(g, y) => gradient(g, y.Operands[0], y, y.Scalar)]) { TakesScalar = true };

    /// <summary>An operation of two operands.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="meaning">Its meaning in double.</param>
    /// <param name="left">From the gradient that arrives, both operands and the result to the first operand's gradient.</param>
    /// <param name="right">The same for the second operand.</param>
    /// <typeparam name="TKernel">Its code for the built-in engine.</typeparam>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static ElementwiseOperation Binary<TKernel>(string name, Func<double, double, double> meaning, Func<Expr, Expr, Expr, Expr, Expr> left, Func<Expr, Expr, Expr, Expr, Expr> right)
        where TKernel : struct, IBinaryKernel =>
        new(name, 2, (a, b, _) => meaning(a, b), linker => linker.Binary<TKernel>(),
            [(g, y) => left(g, y.Operands[0], y.Operands[1], y), (g, y) => right(g, y.Operands[0], y.Operands[1], y)]);

    /// <summary>
    /// An operation of two operands that only gradients are written with: it has none itself. The derivative of an
    /// activation is one, of the gradient that arrives and the activation's result.
    /// </summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="meaning">Its meaning in double.</param>
    /// <typeparam name="TKernel">Its code for the built-in engine.</typeparam>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static ElementwiseOperation Derivative<TKernel>(string name, Func<double, double, double> meaning)
        where TKernel : struct, IBinaryKernel =>
        new(name, 2, (a, b, _) => meaning(a, b), linker => linker.Binary<TKernel>(), []);

    /// <summary>The operation of an expression.</summary>
    /// <param name="operand"><c>[batch, n]</c> or a row vector; the result is <c>[batch, n]</c>.</param>
    /// <exception cref="ShapeException">The operation has another number of operands, or the operand is a matrix.</exception>
    public Expr Of(Expr operand) => Write(Name, null, operand);

    /// <summary>The operation of an expression and a number.</summary>
    /// <param name="operand"><c>[batch, n]</c> or a row vector; the result is <c>[batch, n]</c>.</param>
    /// <param name="scalar">The number; finite.</param>
    /// <exception cref="ShapeException">The operation takes no number, the number is not finite, or the operand is a matrix.</exception>
    public Expr Of(Expr operand, double scalar) => Write(Name, scalar, operand);

    /// <summary>The operation of two expressions.</summary>
    /// <param name="left"><c>[batch, n]</c>, a row vector, or a column <c>[batch, 1]</c> that is spread over the other's features.</param>
    /// <param name="right">The same.</param>
    /// <exception cref="ShapeException">The operation has another number of operands, or the shapes do not fit.</exception>
    public Expr Of(Expr left, Expr right) => Write(Name, null, left, right);

    /// <summary>Its meaning in double, for one element.</summary>
    /// <param name="operands">The operands' elements, as many as <see cref="Operation.Arity"/> says.</param>
    /// <param name="scalar">The number beside them; ignored where <see cref="TakesScalar"/> is false.</param>
    /// <exception cref="ResearchException">The number of operands is another.</exception>
    public double Evaluate(IReadOnlyList<double> operands, float scalar)
    {
        ArgumentNullException.ThrowIfNull(operands);
        if (operands.Count != Arity) throw new ResearchException($"{Name}: expected {Arity} operands, got {operands.Count}.");
        return TakesScalar ? _meaning(operands[0], scalar, 0) : _meaning(operands[0], Arity > 1 ? operands[1] : 0, Arity > 2 ? operands[2] : 0);
    }

    /// <summary>What a planner makes of two operations; no equation is written with it.</summary>
    internal static ElementwiseOperation Planned<TKernel>(string name, Func<double, double, double, double> meaning)
        where TKernel : struct, ITernaryKernel =>
        new(name, 3, meaning, linker => linker.Ternary<TKernel>(), []);

    /// <summary>The same of one operand.</summary>
    internal static ElementwiseOperation PlannedUnary<TKernel>(string name, Func<double, double> meaning)
        where TKernel : struct, IUnaryKernel =>
        new(name, 1, (x, _, _) => meaning(x), linker => linker.Unary<TKernel>(), []);

    /// <summary>The same operation, taking its argument along.</summary>
    internal ElementwiseOperation TakingItsArgument() => new(Name, Arity, _meaning, _link, _gradients) { TakesScalar = TakesScalar, TakesArgument = true, ZeroIf = ZeroIf };

    /// <summary>The same operation, zero where its operands are.</summary>
    internal ElementwiseOperation ZeroWhere(ZeroRule rule) => new(Name, Arity, _meaning, _link, _gradients) { TakesScalar = TakesScalar, TakesArgument = TakesArgument, ZeroIf = rule };

    /// <summary>Writes it into the operands' trace.</summary>
    /// <param name="shown">How messages call it, e.g. <c>+</c>.</param>
    /// <param name="scalar">The number beside the operands; null for none.</param>
    /// <param name="operands">The operands.</param>
    internal Expr Write(string shown, double? scalar, params Expr[] operands)
    {
        foreach (Expr operand in operands)
        {
            ArgumentNullException.ThrowIfNull(operand, nameof(operands));
            operand.RequireVectorOrBlock(shown);
        }

        Expr first = operands[0];
        if (operands.Length != Arity) throw first.Trace.Error(shown, first, null, $"expected {Arity} operands, got {operands.Length}");
        if (scalar.HasValue != TakesScalar) throw first.Trace.Error(shown, first, null, TakesScalar ? "expected a number beside it, got none" : "expected no number beside it");
        if (!SinglePrecision.Holds(scalar ?? 0)) throw first.Trace.Error(shown, first, null, "expected a finite number beside it, got " + SinglePrecision.Said(scalar!.Value));
        if (Arity > 1) operands = Expr.Spread(shown, first, operands[1]);
        return new Expr(first.Trace, this, Expr.Batch, operands[0].Columns, operands) { Scalar = (float)(scalar ?? 0) };
    }

    internal override void Differentiate(Expr node, Expr gradient, Differentiation to)
    {
        if (!IsForward) base.Differentiate(node, gradient, to);
        for (int i = 0; i < _gradients.Count; i++) to.Contribute(node.Operands[i], _gradients[i](gradient, node));
    }

    internal override T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) => operations.Elementwise(this, operands, node.Scalar);

    internal override nint Link(IKernelLinker linker) => _link(linker);

    /// <summary>The meaning of up to three numbers; the number of an operation that takes one comes after its operand.</summary>
    internal double Mean(double first, double second, double third) => _meaning(first, second, third);
}
