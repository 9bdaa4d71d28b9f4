namespace Research.Framework.Managed.Planning;

/// <summary>One instruction before its buffers have addresses.</summary>
internal sealed class InstructionPlan
{
    public required Instruction Instruction { get; init; }

    /// <summary>What yields the first argument on the way, from the first operands; null if the first operand is it.</summary>
    public Instruction? Argument { get; init; }

    public required Place Destination { get; init; }

    public Place A { get; init; } = Place.None;

    public Place B { get; init; } = Place.None;

    public Place C { get; init; } = Place.None;

    public float Scalar { get; init; }

    /// <summary>Columns of the destination.</summary>
    public required int Columns { get; init; }

    /// <summary>The length of a product's sums.</summary>
    public int Inner { get; init; }

    /// <summary>A product whose left side is zero where every row starts from zero state.</summary>
    public bool ZeroAtZeroState { get; init; }

    /// <summary>Only the gradient of the state before it needs this: not wanted at the first step.</summary>
    public bool OnlyForStateGradient { get; init; }

    public FusedPlan? Fused { get; init; }
}
