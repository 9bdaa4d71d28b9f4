namespace Research.Framework.Managed.Execution;

/// <summary>A loss of the user's own, bound to an output.</summary>
internal abstract class BoundFunction
{
    /// <summary>The mean loss over the rows that count; its gradient is left in the output's.</summary>
    /// <param name="output">The output after the forward pass, with the batch's targets.</param>
    public abstract double Run(BoundOutput output);
}
