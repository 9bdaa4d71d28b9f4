namespace Research.Cells.Tests.Reference;

/// <summary>What a batch yields in float64.</summary>
internal sealed class ReferenceBatch
{
    public required double Loss { get; init; }

    /// <summary><c>[output steps][rows * width]</c>.</summary>
    public required double[][] Predictions { get; init; }

    public required Dictionary<string, double[]> WeightGradients { get; init; }

    /// <summary><c>[time steps][rows * features]</c>.</summary>
    public required double[][] InputGradients { get; init; }

    /// <summary><c>[layers][slots][rows * width]</c>.</summary>
    public required double[][][] FinalState { get; init; }
}
