using Research.Framework.Equations;

namespace Research.Framework.Managed.Execution;

/// <summary>Where one weight and its gradient live.</summary>
internal sealed unsafe class WeightSlot(WeightDescription description)
{
    private PinnedMemory? _transposed;

    public WeightDescription Description { get; } = description;

    public int Rows { get; } = description.Rows;

    public int Columns { get; } = description.Columns;

    public int Count { get; } = description.Rows * description.Columns;

    public float* Values { get; set; }

    public float* Gradient { get; set; }

    /// <summary>
    /// Whether a gradient has ever reached it. Until then all moments are zero and an update would change nothing, so
    /// that it can be left out, exactly.
    /// </summary>
    public bool Touched { get; set; }

    /// <summary>Whether this step has written (or deferred) its gradient.</summary>
    public bool Written { get; set; }

    /// <summary>Whether the optimizer can form the gradient itself while it updates.</summary>
    public bool MayDefer { get; set; }

    /// <summary>
    /// The gradient where it has not been formed yet: the sum over <see cref="DeferredRows"/> rows of left (transposed)
    /// times arriving.
    /// </summary>
    public float* DeferredLeft { get; private set; }

    public nint DeferredLeftStride { get; private set; }

    public float* DeferredArriving { get; private set; }

    public nint DeferredArrivingStride { get; private set; }

    /// <summary>Rows of the unformed gradient; 0 where <see cref="Gradient"/> holds it.</summary>
    public int DeferredRows { get; private set; }

    public void Defer(float* left, nint leftStride, float* arriving, nint arrivingStride, int rows)
    {
        DeferredLeft = left;
        DeferredLeftStride = leftStride;
        DeferredArriving = arriving;
        DeferredArrivingStride = arrivingStride;
        DeferredRows = rows;
        Written = true;
    }

    /// <summary>Marks the gradient as not written in this step.</summary>
    public void BeginStep()
    {
        Written = false;
        DeferredRows = 0;
    }

    /// <summary>Counts the changes of <see cref="Values"/>: a copy made at another version is stale.</summary>
    public int Version { get; set; }

    /// <summary>The version that <see cref="Transposed"/> was made at.</summary>
    public int TransposedVersion { get; set; } = -1;

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
