namespace Research.Framework.Models;

/// <summary>An output of a model: the target of that name is compared with it.</summary>
/// <param name="Name">The name, e.g. <c>output</c>.</param>
/// <param name="Node">What yields it, <c>[batch, time steps, width]</c>.</param>
public sealed record GraphOutput(string Name, GraphNode Node)
{
    /// <summary>Its name.</summary>
    public string Name { get; init => field = Required.Value(value); } = Required.Value(Name);

    /// <summary>What is put out.</summary>
    public GraphNode Node { get; init => field = Required.Value(value); } = Required.Value(Node);
}
