using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>Where a value lies: some columns of a buffer, at this step or a neighbouring one; or a weight.</summary>
/// <param name="Buffer">The buffer; null for a weight.</param>
/// <param name="Column">First column.</param>
/// <param name="Shift">Added to the time step: a state buffer holds the state after step t at t + 1.</param>
/// <param name="Weight">The weight or view of one; null for a buffer.</param>
internal readonly record struct Place(BufferPlan? Buffer, int Column, int Shift, Expr? Weight)
{
    public static readonly Place None = new(null, 0, 0, null);

    public bool IsNone => Buffer is null && Weight is null;
}
