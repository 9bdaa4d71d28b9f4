namespace Research.Framework.Training;

/// <summary>How numbers are forecast. Immutable.</summary>
public sealed record ForecastOptions
{
    /// <summary>How many time steps are forecast.</summary>
    /// <value>At least 1. Default 1.</value>
    public int Steps { get; init; } = 1;

    /// <summary>Time steps of an input to a row that starts fresh: those of the samples that the model has learnt.</summary>
    /// <value>At least 1. Default null: those of the history.</value>
    public int? Window { get; init; }

    /// <summary>
    /// Whether each input goes on from the one before it, as samples do that were learnt without boundaries; otherwise each
    /// begins a sequence. The state policy is told so.
    /// </summary>
    /// <value>Default true.</value>
    public bool Continues { get; init; } = true;
}
