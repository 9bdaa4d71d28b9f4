namespace Research.Framework.Managed.Execution;

/// <summary>How an instruction runs.</summary>
internal enum InstructionKind
{
    /// <summary>By a kernel that treats rows one by one.</summary>
    Rowwise,

    /// <summary>C + A·B, with C optional.</summary>
    Product,

    /// <summary>C + A·Bᵀ, with C optional.</summary>
    ProductTransposed,

    /// <summary>By a cell's own kernel.</summary>
    FusedForward,

    /// <summary>By its derivative.</summary>
    FusedBackward,
}
