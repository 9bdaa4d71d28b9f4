using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>An instruction before its values have places.</summary>
internal sealed class Draft
{
    public Draft(Value target, Operation operation, IReadOnlyList<Value> operands)
    {
        Target = target;
        Operation = operation;
        Operands = operands;
    }

    public Draft(Expr target, Operation operation, IEnumerable<Expr> operands)
        : this(new Value(target), operation, [.. operands.Select(operand => new Value(operand))])
    {
    }

    public Value Target { get; }

    /// <summary>What it does; a product with a third operand starts from that one.</summary>
    public Operation Operation { get; }

    /// <summary>What yields the first argument on the way, from the first operands; null if the first operand is it.</summary>
    public Operation? Argument { get; init; }

    public IReadOnlyList<Value> Operands { get; }

    public Pass Pass { get; set; }

    /// <summary>The expression of a product.</summary>
    public Expr? ProductOf { get; init; }

    /// <summary>A copy of a state's gradient to where the step before reads it.</summary>
    public bool StateGradientCopy { get; init; }
}
