namespace Research.Framework.Models;

/// <summary>What a model is told of an input when its graph is built: the time steps may differ from dataset to dataset.</summary>
/// <param name="Name">The input's name in the data, e.g. <c>input</c>.</param>
/// <param name="Features">Features at each time step; at least 1.</param>
public sealed record InputShape(string Name, int Features)
{
    /// <summary>The input's name in the data.</summary>
    public string Name { get; init => field = Required.Value(value); } = Required.Value(Name);
}
