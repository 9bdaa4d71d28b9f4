namespace Research.Framework.Managed.Execution;

/// <summary>A place with an address: rows <see cref="RowStride"/> apart, steps <see cref="TimeStride"/> apart.</summary>
internal unsafe struct Operand
{
    public float* First;
    public nint RowStride;
    public nint TimeStride;
    public int Shift;

    /// <summary>1 for buffers that hold two steps in turn, otherwise all ones.</summary>
    public int Mask;

    public readonly float* At(int step) => First + ((step + Shift) & Mask) * TimeStride;

    public readonly float* At(int step, int row) => At(step) + row * RowStride;
}
