using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed.Planning;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Framework.Managed.Execution;

/// <summary>A graph differentiated and planned for an objective, before rows and time steps are known.</summary>
internal sealed class ModelPlan
{
    private readonly Objective _objective;
    private readonly List<GraphNode>[] _readers;

    /// <summary>Plans a model.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="objective">Which losses its outputs have.</param>
    /// <param name="seeds">Where the streams of dropout come from.</param>
    public ModelPlan(ModelGraph graph, Objective objective, Seeds seeds)
    {
        Graph = graph;
        _objective = objective;
        _readers = [.. graph.Nodes.Select(_ => new List<GraphNode>())];
        foreach (GraphNode node in graph.Nodes)
        {
            // A lookup has no gradient to leave.
            if (node is LookupNode) continue;
            foreach (GraphNode input in node.Inputs) _readers[input.Index].Add(node);
        }

        Outputs = [.. graph.Outputs.Select(Plan)];
        Nodes = [.. graph.Nodes.Select(node => Plan(node, seeds))];
    }

    public ModelGraph Graph { get; }

    /// <summary>The nodes, in the graph's order.</summary>
    public NodePlan[] Nodes { get; }

    public OutputPlan[] Outputs { get; }

    /// <summary>The streams of dropout, in the graph's order.</summary>
    public IEnumerable<NoiseStream> Noise => Nodes.SelectMany(node => new[] { node.InputNoise, node.StateNoise }).OfType<NoiseStream>();

    /// <summary>Whether a node is the last step of what it reads, in that node's own memory: nobody else reads it.</summary>
    public bool IsView(GraphNode node) => node is SelectNode { IsLast: true } && IsOnlyReader(node.Inputs[0]);

    /// <summary>Whether the last step of all is the one that is meant under a mask: a recurrent layer's own, as in Keras, or what repeats the last one that counts.</summary>
    public static bool EndsAtItsLastStep(GraphNode node) => node is ScanNode || Holds(node);

    private static bool Holds(GraphNode node) => node switch
    {
        ScanNode scan => !scan.ZeroOutputForMask,
        RowsNode or NoiseNode => node.Inputs.All(Holds),
        _ => false,
    };

    private bool IsOnlyReader(GraphNode read) => _readers[read.Index].Count == 1 && !IsOutput(read);

    private bool IsOutput(GraphNode node) => Graph.Outputs.Any(output => ReferenceEquals(output.Node, node));

    private OutputPlan Plan(GraphOutput output)
    {
        Loss loss = _objective.LossOf(output.Name);
        bool isRead = _readers[output.Node.Index].Count > 0;
        GraphNode view = output.Node, source = output.Node;
        while (IsView(view)) view = view.Inputs[0];
        while (source is SelectNode { IsLast: true } or RowsNode { IsCopy: true }) source = source.Inputs[0];
        LossShortcut shortcut = (loss, StepOf(source)?.Output) switch
        {
            (_, { Operands: [{ IsWeight: true }] }) => LossShortcut.None,
            ({ IsCrossEntropy: true }, { } last) when last.Operation == Operations.Softmax => LossShortcut.Softmax,
            ({ Kind: LossKind.BinaryCrossEntropy }, { } last) when last.Operation == Operations.Sigmoid => LossShortcut.Sigmoid,
            _ => LossShortcut.None,
        };

        // Where others need the gradient of the function's result, and the loss that of its argument.
        bool isSplit = (isRead || !ReferenceEquals(view, source)) && shortcut != LossShortcut.None;
        if (isSplit && source is not RowsNode) (isSplit, shortcut) = (false, LossShortcut.None);
        return new OutputPlan
        {
            Output = output,
            Loss = loss,
            Weight = _objective.WeightOf(output.Name),
            Shortcut = shortcut,
            Source = shortcut == LossShortcut.None || isSplit ? null : source,
            SplitAt = isSplit ? source : null,
            Function = loss is FunctionLoss function ? PlanFunction(function.Trace(output.Node.Width)) : null,
            IsRead = isRead,
        };
    }

    private NodePlan Plan(GraphNode node, Seeds seeds)
    {
        // Backward passes run in reverse order: the last reader leaves its part first, unless the loss has left its own.
        bool[] adds = new bool[node.Inputs.Count];
        for (int i = 0; i < adds.Length; i++)
        {
            GraphNode input = node.Inputs[i];
            adds[i] = node is not LookupNode && (IsOutput(input) || _readers[input.Index][^1].Index > node.Index || node.Inputs.Take(i).Any(earlier => ReferenceEquals(earlier, input)));
        }

        return new NodePlan
        {
            Node = node,
            Adds = adds,
            Step = StepOf(node) is { } step ? PlanStep(node, step) : null,
            LastFunction = IsSplit(node) ? PlanLastFunction((RowsNode)node) : null,
            InputNoise = node switch
            {
                ScanNode { InputDropout: > 0 and var rate } scan => Source(rate, scan.InputStream),
                NoiseNode noise => Source(noise.Rate, noise.Stream),
                _ => null,
            },
            StateNoise = node is ScanNode { StateDropout: > 0 and var share } dropping ? Source(share, dropping.StateStream) : null,
            ReadByLastView = _readers[node.Index] is [SelectNode only] && IsView(only) ? only : null,
        };

        NoiseStream Source(double rate, string stream) => new(stream, rate, seeds);
    }

    private StepPlan PlanStep(GraphNode node, StepEquations step)
    {
        if (IsSplit(node)) step = step.Before(step.Output.Operation)!;
        LossShortcut shortcut = Array.Find(Outputs, output => ReferenceEquals(output.Source, node))?.Shortcut ?? LossShortcut.None;
        Expr seed = shortcut == LossShortcut.None ? step.Output : step.Output.Operands[0];
        bool[] wanted = [.. node.Inputs.Select(input => input.DependsOnWeights)];
        return StepPlanner.Plan(Differentiation.Of(step, seed), wanted, keepsSeed: shortcut == LossShortcut.Sigmoid);
    }

    private bool IsSplit(GraphNode node) => Array.Exists(Outputs, output => ReferenceEquals(output.SplitAt, node));

    private static StepPlan PlanLastFunction(RowsNode node)
    {
        bool isSoftmax = node.Step.Output.Operation == Operations.Softmax;
        StepEquations step = StepEquations.OfRows(node.Name, [node.Width], (_, inputs) => isSoftmax ? Functions.Softmax(inputs[0]) : Functions.Sigmoid(inputs[0]));
        return StepPlanner.Plan(Differentiation.Of(step, step.Output), [true]);
    }

    private static StepPlan PlanFunction(StepEquations step) => StepPlanner.Plan(Differentiation.Of(step, step.Output), [true, false, false]);

    private static StepEquations? StepOf(GraphNode node) => node switch
    {
        ScanNode scan => scan.Step.WithKernels,
        RowsNode rows => rows.Step,
        _ => null,
    };
}
