using Research.Framework.Equations;

namespace Research.Framework.Managed.Execution;

/// <summary>An instruction with addresses.</summary>
internal unsafe struct BoundInstruction
{
    public InstructionKind Kind;
    public Operation Operation;

    /// <summary>What yields the first argument on the way; null if that is at hand.</summary>
    public Operation? Argument;

    /// <summary>The code, called with the step, the first row and the number of rows; null for products and hand-written kernels.</summary>
    public delegate*<ref BoundInstruction, int, int, int, void> Kernel;
    public Operand Destination;
    public Operand A;
    public Operand B;
    public Operand C;
    public float Scalar;
    public int Columns;
    public int Inner;
    public bool ZeroAtZeroState;
    public bool OnlyForStateGradient;
    public WeightSlot? TransposedWeight;
    public PackedWeight? Packed;
    public BoundFused? Fused;
}
