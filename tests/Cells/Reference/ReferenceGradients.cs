namespace Research.Cells.Tests.Reference;

/// <summary>What a layer's backward pass over time yields.</summary>
internal sealed class ReferenceGradients
{
    /// <summary><c>[time steps][rows * features]</c>.</summary>
    public required double[][] Inputs { get; init; }

    /// <summary><c>[slots][rows * width]</c>.</summary>
    public required double[][] InitialState { get; init; }

    /// <summary>By name, row-major.</summary>
    public required Dictionary<string, double[]> Weights { get; init; }
}
