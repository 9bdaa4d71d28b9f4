using Research.Framework.Data;

namespace Research.Framework.Models;

/// <summary>
/// How a model is put together. Immutable. Widths come from the data: <see cref="Graph(Dataset)"/> makes the graph that engines
/// run, and checks it.
/// </summary>
public sealed class Model
{
    private readonly Action<ModelScope> _build;
    private readonly Dictionary<int, Layer> _replaced;

    private Model(Action<ModelScope> build, Dictionary<int, Layer> replaced)
    {
        _build = build;
        _replaced = replaced;
    }

    /// <summary>A stack of layers over the input <c>input</c>, whose last one yields the output <c>output</c>. Unnamed layers are called by kind and count: <c>lstm_1</c>, <c>lstm_2</c>, <c>dense_1</c>.</summary>
    /// <param name="layers">At least one layer, in order.</param>
    /// <exception cref="ResearchException">There is no layer.</exception>
    public static Model Of(params IReadOnlyList<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (Required.Each(layers, nameof(layers)).Count == 0) throw new ResearchException("A model needs at least one layer, got none.");
        Layer[] all = [.. layers];
        return new(model => model.Output("output", model.Chain(all, model.Input())), []);
    }

    /// <summary>A model of several inputs, outputs or branches.</summary>
    /// <param name="build">Asks the scope for inputs, adds layers, and names outputs: a pure function, called whenever the graph is made.</param>
    public static Model Build(Action<ModelScope> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return new(build, []);
    }

    /// <summary>The graph for inputs of given widths.</summary>
    /// <param name="inputs">The data's inputs.</param>
    /// <exception cref="ResearchException">Shapes do not fit, a name cannot be used or is used twice, an input is missing, or there is no output.</exception>
    /// <exception cref="UserCodeException">A cell, a layer or the model's own function threw; names which.</exception>
    public ModelGraph Graph(IReadOnlyList<InputShape> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        GraphBuilder builder = new(inputs, _replaced);
        UserCodeException.Guard("Model", () => _build(new ModelScope(builder, "", null)));
        return builder.ToGraph();
    }

    /// <summary>The graph for a dataset's inputs.</summary>
    /// <param name="data">The data.</param>
    /// <exception cref="ResearchException">As of <see cref="Graph(IReadOnlyList{InputShape})"/>.</exception>
    public ModelGraph Graph(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Graph([.. data.Inputs.Select(input => new InputShape(input.Name, input.Features))]);
    }

    /// <summary>The graph for one input, called <c>input</c>.</summary>
    /// <param name="features">Features at each time step; at least 1.</param>
    /// <exception cref="ResearchException">As of <see cref="Graph(IReadOnlyList{InputShape})"/>.</exception>
    public ModelGraph Graph(int features) => Graph([new InputShape("input", features)]);

    /// <summary>
    /// The layers added to the model itself, in order, those that <see cref="WithLayer"/> has put in included: a list to choose
    /// from, which asks only the model as it was first described to fit the data.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <exception cref="ResearchException">The model as it was first described does not fit them.</exception>
    public IReadOnlyList<ModelLayer> Layers(Dataset data) =>
        [.. Described(data).Layers.Select((layer, index) => layer with { Layer = _replaced.GetValueOrDefault(index, layer.Layer) })];

    /// <summary>The outputs' names, of which no other layer changes any.</summary>
    /// <exception cref="ResearchException">As <see cref="Layers"/>.</exception>
    internal IReadOnlyList<string> OutputNames(Dataset data) => [.. Described(data).Outputs.Select(output => output.Name)];

    /// <summary>The same model with another layer in one place.</summary>
    /// <param name="index">The place among the layers added to the model itself, from 0.</param>
    /// <param name="layer">The layer.</param>
    public Model WithLayer(int index, Layer layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentNullException.ThrowIfNull(layer);
        return new(_build, new Dictionary<int, Layer>(_replaced) { [index] = layer });
    }

    private ModelGraph Described(Dataset data) => new Model(_build, []).Graph(data);
}
