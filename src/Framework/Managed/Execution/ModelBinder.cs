using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>Makes the stages of a model for one number of rows and time steps: a reader of the graph.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
/// <param name="plan">The planned model.</param>
/// <param name="shape">Rows, time steps and masks of the inputs, and how many earlier batches run first.</param>
/// <param name="weights">Where the weights lie.</param>
/// <param name="team">The threads; null for the caller's alone.</param>
internal sealed class ModelBinder<TSimd, TVector>(ModelPlan plan, BatchShape shape, IReadOnlyDictionary<WeightDescription, WeightSlot> weights, Team? team) : IGraphVisitor<BoundFlow>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly BoundFlow[] _flows = new BoundFlow[plan.Nodes.Length];
    private readonly Dictionary<GraphNode, StepStage<TSimd, TVector>> _scans = [];
    private readonly Dictionary<GraphNode, BoundFlow> _arguments = [];
    private readonly Dictionary<GraphNode, LastCountedStage> _gathers = [];
    private readonly List<Stage> _stages = [];
    private readonly List<BoundFlow> _inputs = [];
    private readonly bool[]? _resets = shape.Earlier == 0 ? null : BoundFlow.NewMask(shape.Rows, shape.StepsOfAllBatches(0));

    /// <summary>Binds the model.</summary>
    public BoundModel Bind()
    {
        foreach (NodePlan node in plan.Nodes) _flows[node.Node.Index] = node.Node.Accept(this);
        BoundOutput[] outputs = [.. plan.Outputs.Select(Bind)]; // may add stages
        return new BoundModel
        {
            Shape = shape,
            Inputs = [.. _inputs],
            Resets = _resets,
            Outputs = outputs,
            Stages = [.. _stages],
            Recurrent = [.. plan.Graph.Scans.Select(scan => (IRecurrentStage)_scans[scan])],
        };
    }

    public BoundFlow Input(InputNode node)
    {
        int index = _inputs.Count, steps = shape.StepsOfAllBatches(index);
        BoundFlow flow = BoundFlow.Allocate(shape.Rows, steps, node.Width, wantsGradient: false, shape.Masked[index] ? BoundFlow.NewMask(shape.Rows, steps) : null);
        _inputs.Add(flow);
        return flow;
    }

    public BoundFlow Scan(ScanNode node)
    {
        IRecurrentStage? encoder = node.StartsFrom is null ? null : _scans[node.StartsFrom];
        StepStage<TSimd, TVector> stage = Step(node, encoder, node.ZeroOutputForMask);
        if (encoder is not null) encoder.LastFromFinalState = stage;
        _scans.Add(node, stage);
        return stage.Output;
    }

    public BoundFlow Rows(RowsNode node)
    {
        BoundFlow flow = Step(node, null, zeroesOutput: false).Output;
        NodePlan nodePlan = plan.Nodes[node.Index];
        if (nodePlan.LastFunction is not { } last) return flow;
        _arguments.Add(node, flow);
        BoundLayer layer = new(last, flow.Rows, flow.Steps, [flow.Values], weights, holdsOutput: false, zeroesOutput: false);
        return Add(new StepStage<TSimd, TVector>(nodePlan, layer, [new BoundInput(flow, Adds: true)], resets: null, team));
    }

    public BoundFlow Lookup(LookupNode node) => Add(new EmbeddingStage(Read(node, 0).Flow, node, weights[node.Vectors]));

    public BoundFlow Repeat(RepeatNode node) => Add(new RepeatStage(Read(node, 0), Steps(node.Steps)));

    public BoundFlow Reverse(ReverseNode node) => Add(new ReverseStage(Read(node, 0)));

    public BoundFlow Select(SelectNode node)
    {
        BoundInput input = Read(node, 0);
        if (node.IsLast && input.Flow.Mask is { } mask && !ModelPlan.EndsAtItsLastStep(node.Inputs[0]))
        {
            LastCountedStage stage = LastCounted(input, mask);
            _gathers.Add(node, stage);
            return Add(stage);
        }

        if (plan.IsView(node)) return input.Flow.Last(1, mask: null);
        return Add(new SelectStage(input, node.Start < 0 ? input.Flow.Steps + node.Start : node.Start, node.Count, keepsMask: !node.IsLast));
    }

    public BoundFlow Mask(MaskNode node) => Add(new MaskingStage(Read(node, 0), node.Value));

    public BoundFlow Noise(NoiseNode node) => Add(new DropoutStage(Read(node, 0), plan.Nodes[node.Index].InputNoise!));

    private StepStage<TSimd, TVector> Step(GraphNode node, IRecurrentStage? initialState, bool zeroesOutput)
    {
        NodePlan nodePlan = plan.Nodes[node.Index];
        BoundInput[] inputs = [.. node.Inputs.Select((_, index) => Read(node, index))];
        BoundFlow first = inputs[0].Flow;
        bool holds = node is ScanNode && first.Mask is not null;
        BoundLayer layer = new(nodePlan.Step!, first.Rows, first.Steps, [.. inputs.Select(input => input.Flow.Values)], weights, holds, zeroesOutput) { StepsOfBatch = first.Steps / (holds ? shape.Earlier + 1 : 1) };
        StepStage<TSimd, TVector> stage = new(nodePlan, layer, inputs, _resets, team)
        {
            InitialState = initialState,
            OnlyLastIsRead = nodePlan.ReadByLastView is not null,
        };
        _stages.Add(stage);
        return stage;
    }

    private BoundOutput Bind(OutputPlan output)
    {
        BoundFlow flow = _flows[output.Output.Node.Index];
        BoundFlow? argument = output.SplitAt is null ? null : ArgumentOf(output);
        Operand logits = output.Shortcut != LossShortcut.Sigmoid ? default : argument is null ? Logits(output) : AtTheEnd(argument.Values, argument.Steps, flow);
        bool isAgain = argument is not null && plan.Outputs.TakeWhile(other => other != output).Any(other => ReferenceEquals(other.SplitAt, output.SplitAt) && GatherOf(other) is null == GatherOf(output) is null);
        BoundOutput bound = new(output, shape, flow, logits, argument, isAgain);
        if (output.Function is not null) bound.Function = new FunctionRunner<TSimd, TVector>(output.Function, bound);
        return bound;
    }

    // What the sigmoid reads, at the steps that are put out.
    private Operand Logits(OutputPlan output)
    {
        StepStage<TSimd, TVector> stage = _stages.OfType<StepStage<TSimd, TVector>>().First(stage => ReferenceEquals(stage.Node, output.Source));
        return GatherOf(output) is { } gather ? gather.Take(stage.Layer.Logits) : AtTheEnd(stage.Layer.Logits, stage.Layer.Steps, _flows[output.Output.Node.Index]);
    }

    // What the last function reads, at the steps that are put out where those differ from row to row.
    private BoundFlow ArgumentOf(OutputPlan output)
    {
        GraphNode split = output.SplitAt!;
        if (GatherOf(output) is null) return _arguments[split];
        if (_gathers.TryGetValue(split, out LastCountedStage? known)) return known.Output;
        bool adds = plan.Outputs.Any(other => ReferenceEquals(other.SplitAt, split) && GatherOf(other) is null);
        LastCountedStage stage = LastCounted(new BoundInput(_arguments[split], adds), _flows[split.Index].Mask!);
        _gathers.Add(split, stage);
        return Add(stage);
    }

    private LastCountedStage? GatherOf(OutputPlan output)
    {
        for (GraphNode node = output.Output.Node; !ReferenceEquals(node, output.SplitAt ?? output.Source); node = node.Inputs[0])
        {
            if (_gathers.TryGetValue(node, out LastCountedStage? stage)) return stage;
        }

        return null;
    }

    private LastCountedStage LastCounted(BoundInput input, bool[] mask) => new(input, mask, input.Flow.Steps - input.Flow.Steps / (shape.Earlier + 1));

    private static Operand AtTheEnd(Operand all, int steps, BoundFlow output) => all with { Shift = all.Shift + steps - output.Steps };

    private BoundInput Read(GraphNode node, int index) => new(_flows[node.Inputs[index].Index], plan.Nodes[node.Index].Adds[index]);

    private int Steps(StepCount steps) => steps.Input is null ? steps.Count : _inputs[plan.Graph.Inputs.TakeWhile(input => input.Name != steps.Input).Count()].Steps;

    private BoundFlow Add(Stage stage)
    {
        _stages.Add(stage);
        return stage.Output;
    }
}
