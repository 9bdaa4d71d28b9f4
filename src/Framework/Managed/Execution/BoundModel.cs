using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>A model bound to one number of rows and time steps, with room for a batch's inputs, targets and mask.</summary>
internal sealed class BoundModel
{
    private readonly PinnedMemory _input;
    private readonly PinnedMemory? _inputGradient;
    private readonly List<Stage> _stages = [];
    private readonly List<IRecurrentStage> _recurrent = [];
    private bool[]? _maskOfAllBatches;

    private BoundModel(int features, int rows, int steps, int earlier, bool masked, bool wantInputGradient)
    {
        Earlier = earlier;
        StepsPerBatch = steps;
        steps *= earlier + 1;
        Resets = earlier == 0 ? null : GC.AllocateArray<bool>(rows * steps, pinned: true);
        _input = Flow.Allocate(rows, steps, features);
        _inputGradient = wantInputGradient ? Flow.Allocate(rows, steps, features) : null;
        Input = new Flow
        {
            Rows = rows,
            Steps = steps,
            Columns = features,
            Values = Flow.Block(_input, rows, features),
            Gradient = _inputGradient is null ? default : Flow.Block(_inputGradient, rows, features),
            Mask = masked ? GC.AllocateArray<bool>(rows * steps, pinned: true) : null,
        };
        Output = Input;
        Classes = [];
        Counts = [];
        Targets = _input;
    }

    public int Rows => Input.Rows;

    /// <summary>Time steps of one batch.</summary>
    public int StepsPerBatch { get; }

    /// <summary>How many earlier batches run before the one that is trained.</summary>
    public int Earlier { get; }

    /// <summary>Which rows start fresh at which step of the batches after the first, <c>[steps, rows]</c>; null for a single batch.</summary>
    public bool[]? Resets { get; }

    /// <summary>Time steps of all batches.</summary>
    public int Steps => Input.Steps;

    /// <summary>The batch's inputs and mask.</summary>
    public Flow Input { get; }

    /// <summary>The model's output; its gradient is the loss'.</summary>
    public Flow Output { get; private set; }

    public int OutputSteps => Output.Steps;

    /// <summary>All stages in order.</summary>
    public Stage[] Stages { get; private set; } = [];

    /// <summary>The stages with recurrent state, in order.</summary>
    public IRecurrentStage[] Recurrent { get; private set; } = [];

    /// <summary>The batch's target classes, <c>[output steps, rows]</c>, pinned.</summary>
    public int[] Classes { get; private set; }

    /// <summary>The batch's target values, <c>[output steps, rows, width]</c>.</summary>
    public PinnedMemory Targets { get; private set; }

    /// <summary>Which output rows count in the loss, <c>[output steps, rows]</c>; read only where <see cref="SomeMayNotCount"/>.</summary>
    public bool[] Counts { get; private set; }

    /// <summary>Whether there is a mask, the model's own or the target's, that may leave out output rows.</summary>
    public bool SomeMayNotCount { get; private set; }

    /// <summary>Output rows that count in the loss.</summary>
    public int CountedRows { get; private set; }

    /// <summary>Counts the output rows that count, which is known only after the forward pass: layers may mask.</summary>
    /// <param name="targetIsMasked">Whether <see cref="Counts"/> holds the target's own mask.</param>
    public void CountRows(bool targetIsMasked)
    {
        _maskOfAllBatches?.AsSpan(_maskOfAllBatches.Length - Output.Mask!.Length).CopyTo(Output.Mask);
        SomeMayNotCount = targetIsMasked || Output.Mask is not null;
        CountedRows = Output.AllRows;
        if (!SomeMayNotCount) return;
        if (Output.Mask is { } mask)
        {
            for (int row = 0; row < mask.Length; row++) Counts[row] = mask[row] && (!targetIsMasked || Counts[row]);
        }

        CountedRows = Counts.AsSpan().Count(true);
    }

    public static BoundModel Bind<TSimd, TVector>(IReadOnlyList<LayerPlan> layers, int features, int rows, int steps, int earlier, bool masked, bool wantInputGradient, IReadOnlyDictionary<WeightDescription, WeightSlot> weights, Team? team)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        BoundModel model = new(features, rows, steps, earlier, masked, wantInputGradient);
        foreach (LayerPlan plan in layers) model.Append<TSimd, TVector>(plan, weights, team);
        if (earlier > 0 && model.Output.Steps > 1) model.Output = model.LastBatch(model.Output, steps);
        model.Stages = [.. model._stages];
        model.Recurrent = [.. model._recurrent];
        model.Classes = GC.AllocateArray<int>(model.Output.AllRows, pinned: true);
        model.Counts = new bool[model.Output.AllRows];
        model.Targets = Flow.Allocate(rows, model.OutputSteps, model.Output.Columns);
        return model;
    }

    // Only the batch itself has a loss; before it, the gradient stays zero.
    private Flow LastBatch(Flow flow, int steps)
    {
        _maskOfAllBatches = flow.Mask;
        return new Flow
        {
            Rows = flow.Rows,
            Steps = steps,
            Columns = flow.Columns,
            Values = flow.Values with { Shift = flow.Values.Shift + flow.Steps - steps },
            Gradient = flow.Gradient with { Shift = flow.Gradient.Shift + flow.Steps - steps },
            Mask = flow.Mask is null ? null : new bool[flow.Rows * steps],
        };
    }

    private void Append<TSimd, TVector>(LayerPlan plan, IReadOnlyDictionary<WeightDescription, WeightSlot> weights, Team? team)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        switch (plan.Layer)
        {
            case RecurrentLayer recurrent:
                Flow flow = recurrent.GoBackwards ? Add(new ReverseStage(Output)) : Output;
                IRecurrentStage? encoder = recurrent.InitialStateFrom is { } name ? _recurrent.Find(stage => stage.Name == name) : null;
                StepStage<TSimd, TVector> stage = Step<TSimd, TVector>(team, plan, plan.Step!, recurrent.Name!, flow, weights, recurrent.ReturnSequences, recurrent.ZeroOutputForMask, encoder, adds: false);
                if (encoder is not null) encoder.LastFromFinalState = stage;
                Output = stage.Output;
                break;
            case BidirectionalLayer bidirectional:
                // Backward passes run in reverse order: the forward direction leaves its part of the gradient last.
                Flow input = Output;
                StepStage<TSimd, TVector> forward = Step<TSimd, TVector>(team, plan, plan.Step!, bidirectional.Name + "/forward", input, weights, bidirectional.ReturnSequences, bidirectional.ReturnSequences, null, adds: true);
                Flow reversed = Add(new ReverseStage(input));
                StepStage<TSimd, TVector> backward = Step<TSimd, TVector>(team, plan, plan.BackwardStep!, bidirectional.Name + "/backward", reversed, weights, bidirectional.ReturnSequences, bidirectional.ReturnSequences, null, adds: false);
                Flow turned = bidirectional.ReturnSequences ? Add(new ReverseStage(backward.Output)) : backward.Output;
                Output = Add(new MergeStage(forward.Output, turned, bidirectional.Merge));
                break;
            case RepeatVectorLayer repeat:
                Output = Add(new RepeatStage(Output, repeat.Times));
                break;
            case MaskingLayer masking:
                Output = Add(new MaskingStage(Output, masking.Value));
                break;
            case DropoutLayer:
                Output = Add(new DropoutStage(Output, plan.InputNoise!));
                break;
            case EmbeddingLayer embedding:
                Output = Add(new EmbeddingStage(Output, embedding, weights[plan.OwnWeights[0]]));
                break;
            default:
                Output = Step<TSimd, TVector>(team, plan, plan.Step!, plan.Layer.Name!, Output, weights, sequences: true, zeroesOutput: false, null, adds: false).Output;
                break;
        }
    }

    private StepStage<TSimd, TVector> Step<TSimd, TVector>(Team? team, LayerPlan plan, Planning.StepPlan step, string name, Flow input, IReadOnlyDictionary<WeightDescription, WeightSlot> weights, bool sequences, bool zeroesOutput, IRecurrentStage? initialState, bool adds)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        bool recurrent = step.State.Length > 0;
        BoundLayer layer = new(step, input.Rows, input.Steps, input.Values, weights, recurrent && input.Mask is not null, zeroesOutput);
        StepStage<TSimd, TVector> stage = new(plan, name, layer, input, lastOnly: recurrent && !sequences, Resets, team)
        {
            AddsInputGradient = adds,
            InitialState = initialState,
        };
        _stages.Add(stage);
        if (recurrent) _recurrent.Add(stage);
        return stage;
    }

    private Flow Add(Stage stage)
    {
        _stages.Add(stage);
        return stage.Output;
    }
}
