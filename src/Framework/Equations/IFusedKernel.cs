namespace Research.Framework.Equations;

/// <summary>
/// A hand-written piece of a step: some blocks in, some blocks out, with its own derivative. Blocks are row-major
/// <c>[rows, width]</c> without gaps. The engine calls it for all rows of one time step (or of several at once, where the
/// inputs do not depend on the state), possibly on several threads with different rows: a kernel must treat rows
/// independently and keep no state of its own.
/// </summary>
public interface IFusedKernel
{
    /// <summary>Widths of the input blocks that it reads: what it is handed must have them.</summary>
    IReadOnlyList<int> InputWidths { get; }

    /// <summary>Widths of the output blocks.</summary>
    IReadOnlyList<int> OutputWidths { get; }

    /// <summary>Numbers per row that <see cref="Forward"/> keeps for <see cref="Backward"/>; 0 for none.</summary>
    int SavedWidth { get; }

    /// <summary>Computes outputs and saved values from the inputs.</summary>
    /// <param name="rows">Rows; at least 1.</param>
    /// <param name="blocks">Inputs to read; outputs and saved values to write in full.</param>
    void Forward(int rows, in FusedForward blocks);

    /// <summary>Computes the gradients of the inputs.</summary>
    /// <param name="rows">Rows; at least 1.</param>
    /// <param name="blocks">Inputs, outputs, saved values and the outputs' gradients to read; the inputs' gradients to write in full.</param>
    void Backward(int rows, in FusedBackward blocks);
}
