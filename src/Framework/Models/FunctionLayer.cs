namespace Research.Framework.Models;

/// <summary>A layer made from a function, where a class would say no more: for lambdas and F# functions.</summary>
public sealed record FunctionLayer : Layer
{
    private readonly Func<ModelScope, Flow, Flow> _build;

    /// <summary>Makes a layer.</summary>
    /// <param name="kind">The stem of its default name, in snake case, e.g. <c>gated_skip</c>.</param>
    /// <param name="build">From the scope, where layers and primitives are added under the layer's name, and what is read to what is yielded: a pure function, called whenever a model's graph is made.</param>
    /// <exception cref="ResearchException">The kind is empty.</exception>
    public FunctionLayer(string kind, Func<ModelScope, Flow, Flow> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        if (string.IsNullOrWhiteSpace(kind)) throw new ResearchException("A layer made from a function needs a kind, e.g. 'gated_skip'.");
        Kind = kind;
        _build = build;
    }

    /// <inheritdoc/>
    public override string Kind { get; }

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input) => _build(model, input);
}
