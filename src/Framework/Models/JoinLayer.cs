namespace Research.Framework.Models;

/// <summary>A layer that reads several flows; added with <see cref="ModelScope.Join"/>.</summary>
public abstract record JoinLayer : Layer
{
    /// <summary>Puts the layer together.</summary>
    /// <param name="model">Where layers and primitives are added, under this layer's name.</param>
    /// <param name="inputs">What it reads; at least one.</param>
    public abstract Flow Build(ModelScope model, IReadOnlyList<Flow> inputs);

    /// <inheritdoc/>
    public sealed override Flow Build(ModelScope model, Flow input) => Build(model, [input]);
}
