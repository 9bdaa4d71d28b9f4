namespace Research.Framework.Equations;

/// <summary>One layer's step as a graph: leaves, results and the weights it declared.</summary>
internal sealed class TracedStep
{
    public required Trace Trace { get; init; }

    public required Expr Input { get; init; }

    public required IReadOnlyList<StateSlot> Slots { get; init; }

    public required Expr[] State { get; init; }

    /// <summary>Leaf that multiplies the input: 0 or 1 / (1 - rate) while training, else 1; null without dropout.</summary>
    public Expr? InputNoise { get; init; }

    /// <summary>The same for the first state slot.</summary>
    public Expr? StateNoise { get; init; }

    public required Expr Output { get; init; }

    public required Expr[] NewState { get; init; }

    public required IReadOnlyList<WeightDescription> Weights { get; init; }
}
