using Research.Framework.Data;

namespace Research.Framework.Models;

/// <summary>
/// Which rows, <c>[samples, time steps]</c>, the inputs' masks let count where a graph yields something; null for all. What layers mask by
/// values comes on top. A mask need not end where it began: time may be turned around, and what is repeated has none.
/// </summary>
internal sealed class CountedRows : IGraphVisitor<bool[]?>
{
    private readonly Dataset _data;
    private readonly bool[]?[] _masks;

    private CountedRows(Dataset data, int nodes)
    {
        _data = data;
        _masks = new bool[]?[nodes];
    }

    /// <summary>For each node of a graph, in order.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="data">Valid data that fit it.</param>
    public static IReadOnlyList<bool[]?> Of(ModelGraph graph, Dataset data)
    {
        CountedRows rows = new(data, graph.Nodes.Count);
        foreach (GraphNode node in graph.Nodes) rows._masks[node.Index] = node.Accept(rows);
        return rows._masks;
    }

    public bool[]? Input(InputNode node) => _data.FindInput(node.Name).Mask;

    public bool[]? Scan(ScanNode node) => Read(node);

    public bool[]? Lookup(LookupNode node) => Read(node);

    public bool[]? Mask(MaskNode node) => Read(node);

    public bool[]? Noise(NoiseNode node) => Read(node);

    public bool[]? Repeat(RepeatNode node) => null;

    public bool[]? Rows(RowsNode node)
    {
        bool[][] masks = [.. node.Inputs.Select(input => _masks[input.Index]).OfType<bool[]>().Distinct()];
        return masks.Length < 2 ? masks.FirstOrDefault() : [.. masks[0].Select((_, row) => masks.All(mask => mask[row]))];
    }

    public bool[]? Reverse(ReverseNode node) => Shown(node, node.Steps.In(_data), (steps, step) => steps - 1 - step);

    public bool[]? Select(SelectNode node) => node.IsLast ? null : Shown(node, node.Count, (steps, step) => step + (node.Start < 0 ? steps : 0) + node.Start);

    private bool[]? Read(GraphNode node) => _masks[node.Inputs[0].Index];

    private bool[]? Shown(GraphNode node, int count, Func<int, int, int> place)
    {
        if (Read(node) is not { } mask) return null;
        int steps = node.Inputs[0].Steps.In(_data);
        return [.. Enumerable.Range(0, _data.Samples * count).Select(row => mask[row / count * steps + place(steps, row % count)])];
    }
}
