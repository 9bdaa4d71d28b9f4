namespace Research.Framework.Managed.Execution;

/// <summary>The instructions of a pass with addresses.</summary>
internal sealed class BoundPass
{
    /// <summary>A pass.</summary>
    /// <param name="instructions">Its instructions.</param>
    /// <param name="rows">Rows of all steps.</param>
    public BoundPass(BoundInstruction[] instructions, long rows)
    {
        Instructions = instructions;
        foreach (BoundInstruction code in instructions)
        {
            bool product = code.Kind is InstructionKind.Product or InstructionKind.ProductTransposed;
            int columns = code.Fused is { } fused ? (int)fused.Inputs.Sum(input => input.RowStride) : code.Columns;
            Cost += rows * columns * (product ? code.Inner : LayerRunner.CostOfElement);
        }
    }

    public BoundInstruction[] Instructions { get; }

    /// <summary>What it costs to run it once over all steps, in multiplications.</summary>
    public long Cost { get; }
}
