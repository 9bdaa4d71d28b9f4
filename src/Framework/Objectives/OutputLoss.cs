namespace Research.Framework.Objectives;

/// <summary>The loss of one output of a model with several.</summary>
/// <param name="Output">The output's name.</param>
/// <param name="Loss">Its loss.</param>
public sealed record OutputLoss(string Output, Loss Loss)
{
    /// <summary>The output's name.</summary>
    public string Output { get; init => field = Required.Value(value); } = Required.Value(Output);

    /// <summary>Its loss.</summary>
    public Loss Loss { get; init => field = Required.Value(value); } = Required.Value(Loss);

    /// <summary>What its loss is multiplied by before all are added up.</summary>
    /// <value>0 or more, finite. Default 1.</value>
    public double Weight { get; init; } = 1;
}
