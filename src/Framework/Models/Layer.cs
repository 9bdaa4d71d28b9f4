using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// One layer of a model: settings, and how it is made of other layers and primitives. Derive from it for a layer of your own,
/// as a record; where a function says enough, and in F#, take a <see cref="FunctionLayer"/> or a <see cref="FunctionJoinLayer"/>. Ready-made ones are in <see cref="Layers"/>.
/// </summary>
public abstract record Layer
{
    /// <summary>
    /// The name by which weights and state are found: unique in the model, without / and not beginning with @; null for
    /// the kind and its count, e.g. <c>lstm_1</c>, <c>dense_1</c>.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>The stem of the default name, in snake case, e.g. <c>lstm</c>.</summary>
    /// <value>Default: the type's name without <c>Layer</c>, e.g. <c>ResidualLayer</c> gives <c>residual</c>.</value>
    public virtual string Kind => CellNames.Of(GetType(), "Layer");

    /// <summary>Puts the layer together. Called whenever a model's graph is made: a pure function of the layer's settings.</summary>
    /// <param name="model">Where layers and primitives are added, under this layer's name.</param>
    /// <param name="input">What it reads, <c>[batch, time steps, features]</c>.</param>
    /// <returns>What it yields.</returns>
    public abstract Flow Build(ModelScope model, Flow input);

    /// <summary>What <c>--set model.layers.0.units=64</c> may set, in the order in which it is shown; each sets a copy. Kind and name are shown anyway.</summary>
    /// <value>Default none.</value>
    public virtual IReadOnlyList<Setting<Layer>> Settings => [];

    private protected static string CheckedKind(string kind) => string.IsNullOrWhiteSpace(kind)
        ? throw new ResearchException("A layer made from a function needs a kind, e.g. 'gated_skip'.")
        : kind;
}
