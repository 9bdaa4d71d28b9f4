using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>An instruction before its values have places.</summary>
internal sealed class Draft
{
    public Draft(Value target, Instruction instruction, IReadOnlyList<Value> operands)
    {
        Target = target;
        Instruction = instruction;
        Operands = operands;
    }

    public Draft(Expr target, Instruction instruction, IEnumerable<Expr> operands)
        : this(new Value(target), instruction, [.. operands.Select(operand => new Value(operand))])
    {
    }

    public Value Target { get; }

    public Instruction Instruction { get; }

    /// <summary>What yields the first argument on the way, from the first operands; null if the first operand is it.</summary>
    public Instruction? Argument { get; init; }

    public IReadOnlyList<Value> Operands { get; }

    public Pass Pass { get; set; }

    /// <summary>The product that a <see cref="Instruction.Product"/> computes.</summary>
    public Expr? ProductOf { get; init; }

    /// <summary>A copy of a state's gradient to where the step before reads it.</summary>
    public bool StateGradientCopy { get; init; }
}
