namespace Research.Framework.Models;

/// <summary>Layers in order, each with a unique name. Immutable; made with <see cref="Model.Of"/>.</summary>
public sealed record ModelDescription
{
    internal ModelDescription(IReadOnlyList<Layer> layers) => Layers = layers;

    /// <summary>The layers, first to last; all named.</summary>
    public IReadOnlyList<Layer> Layers { get; }
}
