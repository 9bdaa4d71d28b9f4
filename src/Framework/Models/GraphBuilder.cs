using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>A graph while it is being made: nodes, names and outputs so far.</summary>
internal sealed class GraphBuilder(IReadOnlyList<InputShape> shapes, IReadOnlyDictionary<int, Layer> replaced)
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphOutput> _outputs = [];
    private readonly List<ModelLayer> _layers = [];
    private readonly Dictionary<string, Flow> _layerOutputs = [];
    private readonly Dictionary<string, Flow> _inputs = [];
    private readonly HashSet<string> _owners = [];
    private readonly HashSet<string> _streams = [];
    private bool _isFinished;

    /// <summary>How many layers have been added to the model itself.</summary>
    public int TopLayers { get; private set; }

    /// <summary>The layer to take in the place of the next one that is added to the model itself.</summary>
    public Layer Next(Layer layer) => replaced.GetValueOrDefault(TopLayers++, layer);

    public Flow Input(string name)
    {
        if (_inputs.TryGetValue(name, out Flow? known)) return known;
        InputShape shape = shapes.FirstOrDefault(shape => shape.Name == name)
            ?? throw new ResearchException($"The model reads an input '{name}'; the data have {ModelGraph.Names(shapes.Select(shape => shape.Name))}.");
        if (shape.Features < 1) throw new ResearchException($"Input '{name}': expected an input of at least 1 feature, got {shape.Features}.");
        Flow flow = Add(new InputNode(name, shape.Features));
        _inputs.Add(name, flow);
        return flow;
    }

    public Flow Add(GraphNode node)
    {
        RequireUnfinished();
        node.Index = _nodes.Count;
        node.DependsOnWeights = node.HasWeights || node.Inputs.Any(input => input.DependsOnWeights);
        _nodes.Add(node);
        return new Flow(this, node);
    }

    /// <summary>Reserves a name for weights, state or a stream.</summary>
    public void Own(string name)
    {
        if (!_owners.Add(name)) throw new ResearchException($"Two parts of the model are called '{name}'; give one of them another name, as weights and states are found by it.");
    }

    /// <summary>Reserves the name of a random stream.</summary>
    public void OwnStream(string name)
    {
        if (!_streams.Add(name)) throw new ResearchException($"Two parts of the model draw from the random stream '{name}'; give one of them another name.");
    }

    public void AddLayer(string name, Layer layer, Flow output)
    {
        _layers.Add(new ModelLayer(name, layer));
        _layerOutputs.Add(name, output);
    }

    public Flow? FindLayer(string name) => _layerOutputs.GetValueOrDefault(name);

    public IEnumerable<string> LayerNames => _layers.Select(layer => layer.Name);

    public void Output(string name, Flow flow)
    {
        RequireUnfinished();
        if (string.IsNullOrWhiteSpace(name)) throw new ResearchException("An output needs a name, e.g. 'answer'.");
        if (_outputs.Exists(output => output.Name == name)) throw new ResearchException($"Two outputs are called '{name}'; give one of them another name.");

        // Every output is a node of its own, so that each loss has a gradient of its own.
        GraphNode node = flow.Node;
        if (_outputs.Exists(output => ReferenceEquals(output.Node, node)))
            node = Add(new RowsNode(name, [node], StepEquations.OfRows(name, [node.Width], static (_, inputs) => inputs[0]))).Node;
        _outputs.Add(new GraphOutput(name, node));
    }

    public ModelGraph ToGraph()
    {
        RequireUnfinished();
        _isFinished = true;
        if (replaced.Keys.Where(index => index >= TopLayers).ToArray() is [var beyond, ..])
            throw new ResearchException($"Layer {beyond} is to be replaced, but the model has {TopLayers} layers, counted from 0.");
        if (_outputs.Count == 0) throw new ResearchException("The model has no output; name one with Output(\"output\", flow).");
        HashSet<GraphNode> used = [];
        foreach (GraphOutput output in _outputs) MarkUsed(output.Node, used);
        if (_nodes.Find(node => !used.Contains(node) && node.HasWeights) is { } idle)
            throw new ResearchException($"'{idle.Name}' ({idle.Primitive}) leads to no output; leave it out, or name an output for what it yields.");

        // What has nothing to learn and is not read goes: the last step of an encoder of which only the state is wanted.
        GraphNode[] nodes = [.. _nodes.Where(used.Contains)];
        for (int i = 0; i < nodes.Length; i++) nodes[i].Index = i;
        WeightDescription[] weights = [.. nodes.SelectMany(WeightsOf)];
        if (weights.GroupBy(weight => weight.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ResearchException($"Two weights are called '{twice.Key}'; give one of their layers another name.");
        return new ModelGraph(nodes, _outputs, _layers, weights);
    }

    private static IReadOnlyList<WeightDescription> WeightsOf(GraphNode node) => node switch
    {
        ScanNode scan => scan.Step.Weights,
        RowsNode rows => rows.Step.Weights,
        LookupNode lookup => [lookup.Vectors],
        _ => [],
    };

    // A scope that was kept would change a graph that others run.
    private void RequireUnfinished()
    {
        if (_isFinished) throw new ResearchException("The model's graph is finished, and nothing can be added to it; write what is missing into the function that builds the model.");
    }

    private void MarkUsed(GraphNode node, HashSet<GraphNode> used)
    {
        Stack<GraphNode> open = new([node]);
        while (open.TryPop(out GraphNode? next))
        {
            if (!used.Add(next)) continue;
            foreach (GraphNode input in next.Inputs) open.Push(input);
            if (next is ScanNode { StartsFrom: { } encoder }) open.Push(encoder);

            // Nothing else may read the input whose steps are counted.
            if (next.Steps.Input is { } counted) open.Push(_inputs[counted].Node);
        }
    }
}
