namespace Research.Framework.Managed.Execution;

/// <summary>A model bound to one number of rows and time steps, with room for a batch's inputs, targets and masks.</summary>
internal sealed class BoundModel
{
    private float[]? _read;

    public required BatchShape Shape { get; init; }

    public int Rows => Shape.Rows;

    /// <summary>How many earlier batches run before the one that is trained.</summary>
    public int Earlier => Shape.Earlier;

    /// <summary>Which rows start fresh at which step of the batches after the first, <c>[steps, rows]</c>; null for a single batch.</summary>
    public required bool[]? Resets { get; init; }

    /// <summary>The batch's inputs and masks, in the graph's order.</summary>
    public required BoundFlow[] Inputs { get; init; }

    /// <summary>Room for one sample of any input, made as it is read.</summary>
    public float[] Read => _read ??= new float[Inputs.Max(flow => flow.Steps / (Earlier + 1) * flow.Columns)];

    public required BoundOutput[] Outputs { get; init; }

    /// <summary>All stages in order.</summary>
    public required Stage[] Stages { get; init; }

    /// <summary>The stages with recurrent state, in order.</summary>
    public required IRecurrentStage[] Recurrent { get; init; }
}
