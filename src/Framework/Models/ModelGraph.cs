using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// A model as primitives, each after what it reads: what every engine runs. Shapes are checked, weights named. Immutable;
/// made with <see cref="Model.Graph(IReadOnlyList{InputShape})"/>.
/// </summary>
public sealed class ModelGraph
{
    internal ModelGraph(IReadOnlyList<GraphNode> nodes, IReadOnlyList<GraphOutput> outputs, IReadOnlyList<ModelLayer> layers, IReadOnlyList<WeightDescription> weights)
    {
        Nodes = [.. nodes];
        Outputs = [.. outputs];
        Layers = [.. layers];
        Weights = [.. weights];
        Inputs = [.. nodes.OfType<InputNode>()];
        Scans = [.. nodes.OfType<ScanNode>()];
    }

    /// <summary>The primitives, each after those it reads.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>The inputs, in the order in which they were asked for.</summary>
    public IReadOnlyList<InputNode> Inputs { get; }

    /// <summary>The outputs, in the order in which they were named.</summary>
    public IReadOnlyList<GraphOutput> Outputs { get; }

    /// <summary>The layers added to the model itself, in order; those inside of layers are the layers' own.</summary>
    public IReadOnlyList<ModelLayer> Layers { get; }

    /// <summary>The nodes with recurrent state, in order.</summary>
    public IReadOnlyList<ScanNode> Scans { get; }

    /// <summary>All weights in order of nodes, with Keras' names and layouts.</summary>
    public IReadOnlyList<WeightDescription> Weights { get; }

    /// <summary>Numbers in all weights.</summary>
    public long ParameterCount => Weights.Sum(weight => (long)weight.Count);

    /// <summary>An output by name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ResearchException">There is no such output.</exception>
    public GraphOutput Output(string name) =>
        Outputs.FirstOrDefault(output => output.Name == name)
        ?? throw new ResearchException($"The model has no output '{name}'; it has {Names(Outputs.Select(output => output.Name))}.");

    /// <summary>What keeps a dataset from being run through this model; empty when it fits.</summary>
    /// <param name="data">The data, valid in themselves.</param>
    /// <param name="needsTargets">Whether every output must have a target of its name, width and time steps.</param>
    public IReadOnlyList<string> Findings(Dataset data, bool needsTargets)
    {
        ArgumentNullException.ThrowIfNull(data);
        List<string> findings = [];
        foreach (InputNode input in Inputs)
        {
            if (data.Inputs.FirstOrDefault(block => block.Name == input.Name) is not { } block)
                findings.Add($"the model reads an input '{input.Name}'; the data '{data.Description}' has {Names(data.Inputs.Select(known => known.Name))}");
            else if (block.Features != input.Width)
                findings.Add($"the model was made for {input.Width} features of input '{input.Name}'; the data '{data.Description}' has {block.Features}");
        }

        if (findings.Count > 0) return findings;
        foreach (GraphNode node in Nodes)
        {
            if (NodeFinding(node, data) is { } finding) findings.Add(finding);
        }

        if (findings.Count == 0 && needsTargets) findings.AddRange(Outputs.Select(output => TargetFinding(output, data)).OfType<string>());
        return findings;
    }

    /// <summary>Throws, with every finding, unless a dataset is valid in itself, which is looked at once, and fits.</summary>
    /// <param name="data">The data.</param>
    /// <param name="needsTargets">Whether every output must have a target.</param>
    /// <exception cref="ResearchException">The data are not valid, or do not fit.</exception>
    public void RequireFit(Dataset data, bool needsTargets)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.RequireValid(needsTargets);
        IReadOnlyList<string> findings = Findings(data, needsTargets);
        if (findings.Count > 0) throw new ResearchException(char.ToUpperInvariant(findings[0][0]) + string.Join("; ", findings)[1..] + ".");
    }

    /// <summary>The graph as text: a line for each primitive, then the outputs.</summary>
    public override string ToString() => string.Join('\n',
        [.. Nodes.Select(node => FormattableString.Invariant($"%{node.Index} {node}")), .. Outputs.Select(output => FormattableString.Invariant($"output '{output.Name}' = %{output.Node.Index}"))]);

    private static string? NodeFinding(GraphNode node, Dataset data)
    {
        switch (node)
        {
            case RepeatNode when node.Inputs[0].Steps.In(data) is > 1 and var steps:
                return $"layer '{node.Name}' repeats a single step, but gets a sequence of {steps}; put a recurrent layer that does not return sequences before it";
            case SelectNode select when node.Inputs[0].Steps.In(data) is var steps && (select.Start < 0 ? -select.Start > steps : (long)select.Start + select.Count > steps):
                return $"layer '{node.Name}' selects {select.Count} steps from {select.Start}, but gets a sequence of {steps}";
            case RowsNode when node.Inputs.Select(input => input.Steps.In(data)).Distinct().Count() > 1:
                return $"layer '{node.Name}' joins flows of {string.Join(" and ", node.Inputs.Select(input => $"{input.Steps.In(data)} ({input.Name})"))} time steps; they must have equally many";
            case LookupNode lookup:
                return SymbolFinding(lookup, data);
            default:
                return null;
        }
    }

    private static string? SymbolFinding(LookupNode lookup, Dataset data)
    {
        if (lookup.Inputs[0] is not InputNode input) return null;
        InputBlock block = data.FindInput(input.Name);
        if (block.Source is not null) return null; // looked up, it is looked at
        int wrong = -1;
        for (int i = 0; i < block.Values.Length && wrong < 0; i++)
        {
            float value = block.Values[i];
            if ((value != (int)value || value < 0 || value >= lookup.Symbols) && block.Mask?[i] != false) wrong = i;
        }

        return wrong < 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"embedding '{lookup.Name}': expected whole numbers from 0 to {lookup.Symbols - 1}, got {block.Values[wrong]} at sample {wrong / block.TimeSteps} of '{data.Description}'");
    }

    private static string? TargetFinding(GraphOutput output, Dataset data)
    {
        if (data.Targets.FirstOrDefault(block => block.Name == output.Name) is not { } target)
            return $"the model has an output '{output.Name}'; the data '{data.Description}' has targets for {Names(data.Targets.Select(known => known.Name))}";
        int steps = output.Node.Steps.In(data);
        if (target.TimeSteps == steps && target.Width == output.Node.Width) return null;
        return FormattableString.Invariant($"the model yields [{steps}, {output.Node.Width}] for each sample{(data.Targets.Count > 1 ? $" at output '{output.Name}'" : "")}, the data's targets are [{target.TimeSteps}, {target.Width}] ('{data.Description}'). Change the last layer's units, or whether the last recurrent layer returns sequences");
    }

    internal static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'")) is { Length: > 0 } text ? text : "none";
}
