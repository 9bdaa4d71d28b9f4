namespace Research.Framework.Equations;

/// <summary>What a planner must know of an operation.</summary>
internal enum OperationKind
{
    /// <summary>Filled from outside, or zero: nothing computes it.</summary>
    Leaf,

    /// <summary>A view: found where its operand lies.</summary>
    View,

    /// <summary>Blocks side by side: its operands may be computed in place.</summary>
    Concat,

    /// <summary>A product with a weight matrix.</summary>
    Product,

    /// <summary>Anything that a kernel computes row by row from its operands.</summary>
    Rowwise,

    /// <summary>A call of a cell's own kernel.</summary>
    Call,

    /// <summary>A result of such a call, which comes with it.</summary>
    CallResult,
}
