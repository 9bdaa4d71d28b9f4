namespace Research.Framework.Equations;

/// <summary>
/// An entry of the table <see cref="Operations"/>: name, operands and shape, gradient as equations, meaning and kernel of
/// one operation. Whoever differentiates, reads, plans or runs equations asks the entry; nobody switches over names.
/// </summary>
public abstract class Operation
{
    private protected Operation(string name, int arity)
    {
        Name = name;
        Arity = arity;
    }

    /// <summary>The name, as its function in <see cref="Functions"/> or its property in <see cref="Operations"/> is called, e.g. <c>Sigmoid</c>.</summary>
    public string Name { get; }

    /// <summary>How many operands it has; -1 for any number.</summary>
    public int Arity { get; }

    /// <summary>What a planner must know of it.</summary>
    internal abstract OperationKind Kind { get; }

    /// <summary>What becomes of operands that are zero.</summary>
    internal virtual ZeroRule Zeros => ZeroRule.Never;

    /// <summary>Whether it is written by cells rather than by differentiation, and so has a derivative and a member of <see cref="IStepOperations{T}"/>.</summary>
    internal abstract bool IsForward { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The gradient as equations: hands each operand its part.</summary>
    /// <param name="node">The expression that has this operation.</param>
    /// <param name="gradient">The gradient that arrives at it.</param>
    /// <param name="to">Where the parts go.</param>
    internal virtual void Differentiate(Expr node, Expr gradient, Differentiation to) =>
        throw new InvalidOperationException($"The derivative of {Name} is not known.");

    /// <summary>The meaning: which member of a reader computes it.</summary>
    /// <param name="operations">The reader.</param>
    /// <param name="node">The expression that has this operation.</param>
    /// <param name="operands">Its operands' values.</param>
    internal virtual T Read<T>(IStepOperations<T> operations, Expr node, IReadOnlyList<T> operands) =>
        throw new InvalidOperationException($"{Name} has no meaning by itself.");

    /// <summary>The kernel, where rows are treated one by one: the code that a linker makes of it.</summary>
    /// <param name="linker">The linker.</param>
    internal virtual nint Link(IKernelLinker linker) =>
        throw new InvalidOperationException($"{Name} has no kernel that treats rows one by one.");
}
