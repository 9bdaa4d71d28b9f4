namespace Research.Framework.Data;

/// <summary>What a rule that learns nothing forecasts for every sample, e.g. the last value: what a model has to beat.</summary>
public sealed record Baseline
{
    /// <summary>The name, e.g. <c>naive</c>; metrics of it are named e.g. <c>naive/root_mean_squared_error</c>.</summary>
    public required string Name { get; init => field = Required.Value(value); }

    /// <summary>Its forecasts, <c>[samples, time steps, width]</c>, in the targets' own (the model's) units.</summary>
    public required float[] Values { get; init => field = Required.Value(value); }
}
