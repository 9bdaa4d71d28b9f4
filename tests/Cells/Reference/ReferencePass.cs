using Research.Framework.Equations;

namespace Research.Cells.Tests.Reference;

/// <summary>What a layer's forward pass over time leaves behind.</summary>
internal sealed class ReferencePass
{
    public required int Rows { get; init; }

    /// <summary><c>[time steps][rows * width]</c>.</summary>
    public required double[][] Outputs { get; init; }

    /// <summary><c>[slots][rows * width]</c>.</summary>
    public required double[][] FinalState { get; init; }

    /// <summary>Every step, <c>[time steps]</c>.</summary>
    public required DoubleStepPass[] Steps { get; init; }
}
