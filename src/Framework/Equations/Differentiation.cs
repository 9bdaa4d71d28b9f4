namespace Research.Framework.Equations;

/// <summary>Reverse-mode differentiation: writes the backward step into the trace of a copy of the forward one.</summary>
internal sealed class Differentiation
{
    private readonly Trace _trace;
    private readonly Dictionary<Expr, List<Expr>> _contributions = [];
    private readonly Dictionary<Expr, List<SlicePart>> _sliceContributions = [];
    private readonly Dictionary<Expr, Expr?[]> _fusedGradients = [];
    private readonly List<WeightGradient> _weightGradients = [];

    private Differentiation(Trace trace) => _trace = trace;

    /// <summary>Differentiates a step.</summary>
    /// <param name="step">The step; stays as it is.</param>
    /// <param name="seed">Where the gradient arrives: the output, or the logits below a softmax whose loss knows the shortcut.</param>
    public static StepGradient Of(StepEquations step, Expr seed)
    {
        StepEquations copy = step.Copy();
        return new Differentiation(copy.Trace).Run(copy, copy.Trace.Expressions[seed.Id]);
    }

    private StepGradient Run(StepEquations step, Expr seed)
    {
        int forward = _trace.Expressions.Count;
        Expr outputGradient = new(_trace, Operations.OutputGradient, Expr.Batch, seed.Columns, []);
        Contribute(seed, outputGradient);
        Expr[] newStateGradients = [.. step.NewState.Select((state, index) =>
            new Expr(_trace, Operations.StateGradient, Expr.Batch, state.Columns, []) { Index = index })];
        for (int i = 0; i < newStateGradients.Length; i++) Contribute(step.NewState[i], newStateGradients[i]);

        Expr?[] inputGradients = new Expr?[step.Inputs.Count], stateGradients = new Expr?[step.State.Count];
        for (int id = forward - 1; id >= 0; id--)
        {
            Expr node = _trace.Expressions[id];
            if (node.Operation == Operations.Fused)
            {
                PropagateFused(node);
                continue;
            }

            if (Collect(node) is not { } gradient) continue;
            if (node.Operation == Operations.Input) inputGradients[node.Index] = gradient;
            else if (node.Operation == Operations.State) stateGradients[node.Index] = gradient;
            else node.Operation.Differentiate(node, gradient, this);
        }

        return new StepGradient
        {
            Step = step,
            Seed = seed,
            OutputGradient = outputGradient,
            NewStateGradients = newStateGradients,
            InputGradients = inputGradients,
            StateGradients = stateGradients,
            WeightGradients = _weightGradients,
        };
    }

    /// <summary>Adds to the gradient of <paramref name="target"/>; a row vector's goes to its weight.</summary>
    public void Contribute(Expr target, Expr gradient)
    {
        if (target.Operation == Operations.Weight) _weightGradients.Add(new WeightGradient(target, null, gradient));
        else AddTo(_contributions, target, gradient);
    }

    /// <summary>Adds to the gradient of some columns of <paramref name="whole"/>.</summary>
    public void ContributeSlice(Expr whole, int start, Expr gradient) => AddTo(_sliceContributions, whole, new SlicePart(start, gradient));

    /// <summary>Adds the product <paramref name="left"/>ᵀ · <paramref name="gradient"/> to the gradient of a matrix.</summary>
    public void ContributeProduct(Expr matrix, Expr left, Expr gradient) => _weightGradients.Add(new WeightGradient(matrix, left, gradient));

    /// <summary>Keeps the gradient of one of a kernel's outputs until all have come.</summary>
    public void ContributeCall(Expr output, Expr gradient)
    {
        Expr call = output.Operands[0];
        if (!_fusedGradients.TryGetValue(call, out Expr?[]? gradients))
            _fusedGradients.Add(call, gradients = new Expr?[call.Kernel!.OutputWidths.Count]);
        gradients[output.Index] = gradient;
    }

    private void PropagateFused(Expr node)
    {
        if (!_fusedGradients.TryGetValue(node, out Expr?[]? gradients)) return;
        IReadOnlyList<int> widths = node.Kernel!.OutputWidths;
        Expr[] arriving = [.. gradients.Select((gradient, index) => gradient ?? New(Operations.Zero, widths[index]))];
        Expr backward = new(_trace, Operations.FusedGradient, Expr.Batch, 1, [node, .. arriving]) { Kernel = node.Kernel };
        for (int i = 0; i < node.Operands.Length; i++)
        {
            Expr input = node.Operands[i];
            Contribute(input, new Expr(_trace, Operations.FusedInputGradient, Expr.Batch, input.Columns, [backward]) { Kernel = node.Kernel, Index = i });
        }
    }

    /// <summary>All that has arrived at a node, as one expression; null if nothing has.</summary>
    private Expr? Collect(Expr node)
    {
        Expr? sum = null;
        if (_contributions.TryGetValue(node, out List<Expr>? parts))
        {
            foreach (Expr part in parts) sum = sum is null ? part : sum + part;
        }

        if (!_sliceContributions.TryGetValue(node, out List<SlicePart>? slices)) return sum;
        List<SlicePart> remaining = [.. slices.OrderBy(slice => slice.Start)];
        while (remaining.Count > 0)
        {
            // Slices that do not overlap lie side by side in one block; gaps are zero. The rest needs another block.
            List<Expr> blocks = [];
            List<SlicePart> overlapping = [];
            int end = 0;
            foreach (SlicePart slice in remaining)
            {
                if (slice.Start < end)
                {
                    overlapping.Add(slice);
                    continue;
                }

                if (slice.Start > end) blocks.Add(New(Operations.Zero, slice.Start - end));
                blocks.Add(slice.Gradient);
                end = slice.Start + slice.Gradient.Columns;
            }

            if (end < node.Columns) blocks.Add(New(Operations.Zero, node.Columns - end));
            Expr block = Functions.Concat([.. blocks]);
            sum = sum is null ? block : sum + block;
            remaining = overlapping;
        }

        return sum;
    }

    private Expr New(Operation operation, int columns, params Expr[] operands) =>
        new(_trace, operation, Expr.Batch, columns, operands);

    private static void AddTo<T>(Dictionary<Expr, List<T>> lists, Expr key, T value)
    {
        if (!lists.TryGetValue(key, out List<T>? list)) lists.Add(key, list = []);
        list.Add(value);
    }

    private readonly record struct SlicePart(int Start, Expr Gradient);
}
