using Research.Framework.Equations;

namespace Research.Framework.Engine.Execution;

/// <summary>Where one weight and its gradient live.</summary>
internal sealed unsafe class WeightSlot(WeightDescription description)
{
    private PinnedMemory? _transposed;

    public WeightDescription Description { get; } = description;

    public int Rows => Description.Rows;

    public int Columns => Description.Columns;

    public int Count => Rows * Columns;

    public float* Values { get; set; }

    public float* Gradient { get; set; }

    /// <summary>
    /// Whether a gradient has ever reached it. Until then all moments are zero and an update would change nothing, so
    /// that it can be left out, exactly.
    /// </summary>
    public bool Touched { get; set; }

    /// <summary>Whether this step has written its gradient.</summary>
    public bool Written { get; set; }

    /// <summary>Whether <see cref="Transposed"/> lags behind <see cref="Values"/>.</summary>
    public bool TransposedIsStale { get; set; } = true;

    /// <summary>The transposed values, <c>[columns, rows]</c>; allocated where a plan wants them.</summary>
    public float* Transposed
    {
        get
        {
            _transposed ??= new PinnedMemory(Count);
            return _transposed.Pointer;
        }
    }
}
