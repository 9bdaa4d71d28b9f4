using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>What all passes through a model share: its weights, all in one tensor, and what its nodes run on.</summary>
internal sealed class TorchParts : IDisposable
{
    private readonly Dictionary<GraphNode, StepEquations> _before = [];
    private readonly Dictionary<GraphNode, Operation> _lastFunctions = [];
    private readonly Dictionary<ScanNode, TorchModule> _modules = [];
    private readonly Dictionary<string, Tensor> _leaves = [];
    private readonly Dictionary<string, Slice> _slices = [];

    public TorchParts(ModelGraph graph, Objective objective, Seeds seeds, TorchOptions options, Device device, CancellationToken cancellation)
    {
        Graph = graph;
        Device = device;
        Data = new TorchData(device);
        UsesModules = options.UsesModules;
        Operations = new TorchOperations(options.Operations);
        float[] values = new float[graph.ParameterCount];
        int start = 0;
        foreach (WeightDescription weight in graph.Weights)
        {
            weight.Fill(values.AsSpan(start, weight.Count), seeds, cancellation);
            _slices.Add(weight.Name, new Slice(start, weight));
            start += weight.Count;
        }

        using DisposeScope scope = NewDisposeScope();
        Weights = tensor(values, device: device).DetachFromDisposeScope();
        foreach (WeightDescription weight in graph.Weights) _leaves.Add(weight.Name, Of(Weights, weight).detach().requires_grad_(true).DetachFromDisposeScope());
        FindEnds(graph, objective);
        foreach (ScanNode scan in graph.Scans.Where(scan => options.UsesModules && LastFunctionOf(scan) is null))
        {
            if (TorchModule.Of(scan, device) is { } module) _modules.Add(scan, module);
        }
    }

    public ModelGraph Graph { get; }

    public Device Device { get; }

    public TorchData Data { get; }

    public TorchOperations Operations { get; }

    /// <summary>All weights one after the other, in the graph's order.</summary>
    public Tensor Weights { get; }

    /// <summary>The weights by name, each <c>[rows, columns]</c>, as what is differentiated.</summary>
    public IReadOnlyDictionary<string, Tensor> Leaves => _leaves;

    /// <summary>A weight's part of a tensor of the size of all weights, <c>[rows, columns]</c>.</summary>
    public Tensor Of(Tensor all, WeightDescription weight) => all.narrow(0, _slices[weight.Name].Start, weight.Count).view(weight.Rows, weight.Columns);

    /// <summary>The same by the weight's name; throws where there is none.</summary>
    public Tensor Of(Tensor all, string weight) => Of(all, _slices[weight].Weight);

    public bool HasWeight(string name) => _slices.ContainsKey(name);

    /// <summary>Where a loss goes past the last function of a node's equations: that function; null elsewhere.</summary>
    public Operation? LastFunctionOf(GraphNode node) => _lastFunctions.GetValueOrDefault(node);

    /// <summary>The equations without it.</summary>
    public StepEquations BeforeLastFunction(GraphNode node) => _before[node];

    /// <summary>What runs a scan in one piece; null where its equations are read.</summary>
    public TorchModule? ModuleOf(ScanNode scan) => _modules.GetValueOrDefault(scan);

    /// <summary>Whether cells may run on what torch, or they themselves, have for them instead of their equations.</summary>
    public bool UsesModules { get; }

    public bool HasModules => _modules.Count > 0;

    /// <summary>Gives the modules the weights as they are now.</summary>
    public void LoadModules()
    {
        foreach (TorchModule module in _modules.Values) module.Load(_leaves);
    }

    /// <summary>The gradient of a number with respect to all weights, one after the other.</summary>
    public Tensor GradientOf(Tensor number)
    {
        // Where a mask arrives a module does not run: the equations are read instead, in all batches that run together.
        TorchModule[] modules = [.. _modules.Values.Where(module => module.HasRun)];
        HashSet<string> ofModules = [.. modules.SelectMany(module => module.WeightNames)];
        string[] names = [.. Graph.Weights.Select(weight => weight.Name).Where(name => !ofModules.Contains(name))];
        Tensor[] leaves = [.. names.Select(name => _leaves[name]), .. modules.SelectMany(module => module.Leaves)];
        Tensor?[] found = [.. autograd.grad([number], leaves, allow_unused: true).Select(Known)];
        Dictionary<string, Tensor?> gradients = [];
        for (int i = 0; i < names.Length; i++) gradients.Add(names[i], found[i]);
        int next = names.Length;
        foreach (TorchModule module in modules)
        {
            foreach ((string name, Tensor? gradient) in module.Translate(found[next..(next + module.Leaves.Count)])) gradients.Add(name, gradient);
            next += module.Leaves.Count;
        }

        return cat([.. Graph.Weights.Select(weight => gradients[weight.Name]?.reshape(-1) ?? zeros(weight.Count, device: Device))], 0);
    }

    public void Dispose()
    {
        foreach (Tensor leaf in _leaves.Values) leaf.Dispose();
        foreach (TorchModule module in _modules.Values) module.Dispose();
        Weights.Dispose();
        Data.Dispose();
    }

    // What nothing depends on has an empty gradient.
    private static Tensor? Known(Tensor? gradient) => gradient is null || gradient.IsInvalid ? null : gradient;

    private void FindEnds(ModelGraph graph, Objective objective)
    {
        foreach (GraphOutput output in graph.Outputs)
        {
            Operation? last = objective.LossOf(output.Name).Kind switch
            {
                LossKind.CategoricalCrossEntropy or LossKind.SparseCategoricalCrossEntropy => Research.Framework.Equations.Operations.Softmax,
                LossKind.BinaryCrossEntropy => Research.Framework.Equations.Operations.Sigmoid,
                _ => null,
            };
            GraphNode source = output.Node;
            while (source is SelectNode { IsLast: true } or RowsNode { IsCopy: true }) source = source.Inputs[0];
            StepEquations? step = (source as RowsNode)?.Step ?? (source as ScanNode)?.Step;
            if (last is null || step?.Before(last) is not { } before) continue;
            _before[source] = before;
            _lastFunctions[source] = last;
        }
    }

    private sealed record Slice(int Start, WeightDescription Weight);
}
