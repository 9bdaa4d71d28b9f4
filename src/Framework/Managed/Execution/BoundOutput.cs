using Research.Framework.Data;

namespace Research.Framework.Managed.Execution;

/// <summary>An output bound to one number of rows and time steps, with room for a batch's targets.</summary>
internal sealed unsafe class BoundOutput
{
    private readonly BoundFlow _all;
    private readonly BoundFlow? _argument;
    private readonly bool _isAgain;
    private readonly PinnedMemory _targets;
    private readonly PinnedMemory _weights;
    private readonly Operand _addsTo;
    private int[]? _readClasses;

    /// <summary>Binds an output.</summary>
    /// <param name="plan">The output.</param>
    /// <param name="shape">What the model is bound for.</param>
    /// <param name="flow">What is put out, over the earlier batches, too.</param>
    /// <param name="logits">What the sigmoid of a <see cref="LossShortcut.Sigmoid"/> reads; without an address otherwise.</param>
    /// <param name="argument">What the last function reads, where it is a stage of its own; null elsewhere.</param>
    /// <param name="isAgain">Whether an earlier output's loss has left its gradient there.</param>
    public BoundOutput(OutputPlan plan, BatchShape shape, BoundFlow flow, Operand logits, BoundFlow? argument, bool isAgain)
    {
        Plan = plan;
        _isAgain = isAgain;
        _all = flow;
        _argument = argument;
        if (argument is not null) flow = flow.With(argument.Steps == flow.Steps ? argument : argument.Last(flow.Steps, mask: null));
        Logits = logits;

        // Only the batch itself has a loss; before it, the gradient stays zero.
        int steps = flow.Steps == 1 ? 1 : flow.Steps / (shape.Earlier + 1);
        Flow = flow.Steps == steps ? flow : flow.Last(steps, flow.Mask is null ? null : new bool[flow.Rows * steps]);
        if (Flow.Steps != flow.Steps && logits.First is not null) Logits = logits with { Shift = logits.Shift + flow.Steps - steps };
        if (isAgain && Flow.WantsGradient) _addsTo = Flow.Gradient;
        if (isAgain || !Flow.WantsGradient) Flow = WithGradient(Flow);
        Classes = GC.AllocateArray<int>(Flow.AllRows, pinned: true);
        Counts = new bool[Flow.AllRows];
        _targets = new PinnedMemory((long)Flow.AllRows * Flow.Columns);
        _weights = new PinnedMemory(Flow.AllRows);
    }

    public OutputPlan Plan { get; }

    /// <summary>The output of the batch itself; its gradient is the loss'.</summary>
    public BoundFlow Flow { get; }

    /// <summary>What the sigmoid of a <see cref="LossShortcut.Sigmoid"/> reads; without an address otherwise.</summary>
    public Operand Logits { get; }

    /// <summary>A loss of the user's own over output, target and weight; null for the others.</summary>
    public BoundFunction? Function { get; set; }

    /// <summary>The batch's target classes, <c>[output steps, rows]</c>, pinned.</summary>
    public int[] Classes { get; }

    /// <summary>Room for the classes of one sample, made as they are read.</summary>
    public int[] ReadClasses => _readClasses ??= new int[Flow.Steps];

    /// <summary>The batch's target values, <c>[output steps, rows, width]</c>.</summary>
    public float* Targets => _targets.Pointer;

    /// <summary>The targets' weights, <c>[output steps, rows]</c>.</summary>
    public float* Weights => _weights.Pointer;

    /// <summary>What a loss of the user's own reads: output, target and weight.</summary>
    public Operand[] FunctionInputs =>
    [
        Flow.Values,
        new() { First = _targets.Pointer, RowStride = Flow.Columns, TimeStride = (nint)Flow.Rows * Flow.Columns, Mask = -1 },
        new() { First = _weights.Pointer, RowStride = 1, TimeStride = Flow.Rows, Mask = -1 },
    ];

    /// <summary>The last row whose target is no class of the output; -1 for none. It must not count.</summary>
    public int UnfitClass { get; set; } = -1;

    /// <summary>Which rows count in the loss, <c>[output steps, rows]</c>; read only where <see cref="SomeMayNotCount"/>.</summary>
    public bool[] Counts { get; }

    /// <summary>Whether there is a mask, the model's own or the target's, that may leave out rows.</summary>
    public bool SomeMayNotCount { get; private set; }

    /// <summary>Rows that count in the loss.</summary>
    public int CountedRows { get; private set; }

    /// <summary>Takes the mask over from all batches to this one.</summary>
    public void TakeMask()
    {
        if (Flow.Steps != _all.Steps && _all.Mask is { } mask) mask.AsSpan(mask.Length - Flow.Mask!.Length).CopyTo(Flow.Mask);
    }

    /// <summary>Counts the rows that count, which is known only after the forward pass: layers may mask.</summary>
    /// <param name="target">The target; where it has a mask, <see cref="Counts"/> holds it already.</param>
    public void CountRows(TargetBlock target)
    {
        TakeMask();
        bool targetIsMasked = target.Mask is not null;
        SomeMayNotCount = targetIsMasked || Flow.Mask is not null;
        CountedRows = Flow.AllRows;
        if (!SomeMayNotCount) return;
        if (Flow.Mask is { } mask)
        {
            for (int row = 0; row < mask.Length; row++) Counts[row] = mask[row] && (!targetIsMasked || Counts[row]);
        }

        CountedRows = Counts.AsSpan().Count(true);
    }

    /// <summary>Zeroes the gradients of all batches to which the model's own readers, and other outputs, will add.</summary>
    public void ClearGradient()
    {
        if (Plan.IsRead) Clear(_all);
        if (_argument is not null && !_isAgain) Clear(_argument);

        static void Clear(BoundFlow flow)
        {
            if (flow.WantsGradient) new Span<float>(flow.Gradient.At(0), flow.AllRows * (int)flow.Gradient.RowStride).Clear();
        }
    }

    /// <summary>Adds the loss' gradient to that of an earlier output.</summary>
    public void AddGradient()
    {
        if (_addsTo.First is null) return;
        for (int row = 0; row < Flow.AllRows; row++)
        {
            float* from = Flow.Gradient.At(0) + row * Flow.Gradient.RowStride, to = _addsTo.At(0) + row * _addsTo.RowStride;
            for (int i = 0; i < Flow.Columns; i++) to[i] += from[i];
        }
    }

    // Nobody wants it, or another's stands there, but the loss writes it.
    private static BoundFlow WithGradient(BoundFlow flow)
    {
        BoundFlow scratch = BoundFlow.Allocate(flow.Rows, flow.Steps, flow.Columns, wantsGradient: true, mask: null);
        return flow.With(scratch);
    }
}
