namespace Research.Framework.Models;

/// <summary>A layer of several flows made from a function; added with <see cref="ModelScope.Join"/>.</summary>
public sealed record FunctionJoinLayer : JoinLayer
{
    private readonly Func<ModelScope, IReadOnlyList<Flow>, Flow> _build;

    /// <summary>Makes a layer.</summary>
    /// <param name="kind">The stem of its default name, in snake case, e.g. <c>weighted_sum</c>.</param>
    /// <param name="build">From the scope, where layers and primitives are added under the layer's name, and what is read, at least one flow, to what is yielded: a pure function, called whenever a model's graph is made.</param>
    /// <param name="settings">What <c>--set</c> may set, each making the layer anew, e.g. by the function that made this one. Default none.</param>
    /// <exception cref="ResearchException">The kind is empty.</exception>
    public FunctionJoinLayer(string kind, Func<ModelScope, IReadOnlyList<Flow>, Flow> build, IReadOnlyList<Setting<Layer>>? settings = null)
    {
        ArgumentNullException.ThrowIfNull(build);
        Kind = CheckedKind(kind);
        _build = build;
        Settings = settings ?? [];
    }

    /// <inheritdoc/>
    public override string Kind { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Setting<Layer>> Settings { get; }

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, IReadOnlyList<Flow> inputs) => _build(model, inputs);
}
