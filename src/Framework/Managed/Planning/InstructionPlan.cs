using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>One instruction before its buffers have addresses.</summary>
internal sealed class InstructionPlan
{
    /// <summary>What it does: A and B, or for a product with a C C + A·B.</summary>
    public required Operation Operation { get; init; }

    /// <summary>What yields the first argument on the way, from the first operands; null if the first operand is it.</summary>
    public Operation? Argument { get; init; }

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
