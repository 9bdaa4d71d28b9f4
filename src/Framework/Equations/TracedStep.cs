namespace Research.Framework.Equations;

/// <summary>One layer's step as a graph: leaves, results and the weights it declared.</summary>
internal sealed class TracedStep
{
    public required Trace Trace { get; init; }

    public required Expr Input { get; init; }

    public required IReadOnlyList<StateSlot> Slots { get; init; }

    public required Expr[] State { get; init; }

    public required Expr Output { get; init; }

    public required Expr[] NewState { get; init; }

    public required IReadOnlyList<WeightDescription> Weights { get; init; }
}
