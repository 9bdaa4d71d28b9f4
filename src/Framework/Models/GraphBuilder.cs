using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>A graph while it is being made: nodes, names and outputs so far.</summary>
internal sealed class GraphBuilder(IReadOnlyList<InputShape> shapes, IReadOnlyDictionary<int, Layer> replaced)
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphOutput> _outputs = [];
    private readonly List<GraphLayer> _layers = [];
    private readonly Dictionary<string, Flow> _inputs = [];
    private readonly HashSet<string> _owners = [];
    private readonly List<GraphNode> _readForState = [];

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
        node.Index = _nodes.Count;
        _nodes.Add(node);
        return new Flow(this, node);
    }

    /// <summary>Notes that the state behind a node is read: then nobody need read what the node yields.</summary>
    public void ReadState(GraphNode node) => _readForState.Add(node);

    /// <summary>Reserves a name for weights, state or a stream.</summary>
    public void Own(string name)
    {
        if (!_owners.Add(name)) throw new ResearchException($"Two parts of the model are called '{name}'; give one of them another name, as weights and states are found by it.");
    }

    public void AddLayer(GraphLayer layer) => _layers.Add(layer);

    public Flow? FindLayer(string name) => _layers.Find(layer => layer.Name == name) is { } layer ? new Flow(this, layer.Output) : null;

    public IEnumerable<string> LayerNames => _layers.Select(layer => layer.Name);

    public void Output(string name, Flow flow)
    {
        if (string.IsNullOrWhiteSpace(name)) throw new ResearchException("An output needs a name, e.g. 'answer'.");
        if (_outputs.Exists(output => output.Name == name)) throw new ResearchException($"Two outputs are called '{name}'; give one of them another name.");
        _outputs.Add(new GraphOutput(name, flow.Node));
    }

    public ModelGraph ToGraph()
    {
        if (_outputs.Count == 0) throw new ResearchException("The model has no output; name one with Output(\"output\", flow).");
        HashSet<GraphNode> used = [];
        foreach (GraphNode node in _outputs.Select(output => output.Node).Concat(_readForState)) MarkUsed(node, used);
        if (_nodes.Find(node => !used.Contains(node)) is { } idle)
            throw new ResearchException($"'{idle.Name}' ({idle.Primitive}) leads to no output; leave it out, or name an output for what it yields.");
        WeightDescription[] weights = [.. _nodes.SelectMany(WeightsOf)];
        if (weights.GroupBy(weight => weight.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ResearchException($"Two weights are called '{twice.Key}'; give one of their layers another name.");
        return new ModelGraph(_nodes, _outputs, _layers, weights);
    }

    private static IReadOnlyList<WeightDescription> WeightsOf(GraphNode node) => node switch
    {
        ScanNode scan => scan.Step.Weights,
        RowsNode rows => rows.Step.Weights,
        LookupNode lookup => [lookup.Vectors],
        _ => [],
    };

    private static void MarkUsed(GraphNode node, HashSet<GraphNode> used)
    {
        Stack<GraphNode> open = new([node]);
        while (open.TryPop(out GraphNode? next))
        {
            if (!used.Add(next)) continue;
            foreach (GraphNode input in next.Inputs) open.Push(input);
            if (next is ScanNode { StartsFrom: { } encoder }) open.Push(encoder);
        }
    }
}
