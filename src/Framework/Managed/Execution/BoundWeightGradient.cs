namespace Research.Framework.Managed.Execution;

/// <summary>A contribution to a weight's gradient, with addresses.</summary>
internal unsafe struct BoundWeightGradient
{
    public WeightSlot Slot;
    public float* Target;
    public nint TargetStride;
    public int Rows;
    public int Columns;
    public Operand Left;
    public bool HasLeft;
    public Operand Gradient;
    public bool Clears;
    public bool Accumulate;

    /// <summary>Whether this is the weight's only contribution and reaches all of it.</summary>
    public bool IsWhole;
    public bool ZeroAtZeroState;
}
