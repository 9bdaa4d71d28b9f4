namespace Research.Framework.Models;

/// <summary>One layer of a model: immutable data, interpreted by an engine. Made with <see cref="Layers"/>.</summary>
public abstract record Layer
{
    private protected Layer()
    {
    }

    /// <summary>
    /// The name by which weights and state are found: unique in the model, without / and not beginning with @; null for
    /// the kind and its count, e.g. <c>lstm_1</c>, <c>dense_1</c>.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>What <c>--set model.layers.0.units=64</c> may set, in the order in which it is shown; each sets a copy. Kind and name are shown anyway.</summary>
    /// <value>Default none.</value>
    public virtual IReadOnlyList<Setting<Layer>> Settings => [];

    /// <summary>The stem of the default name, e.g. <c>lstm</c>.</summary>
    internal abstract string Kind { get; }
}
