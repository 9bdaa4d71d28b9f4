using Research.Framework.Engine;

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
        Expr outputGradient = new(_trace, Operation.OutputGradient, Expr.Batch, seed.Columns, []);
        Contribute(seed, outputGradient);
        Expr[] newStateGradients = [.. step.NewState.Select((state, index) =>
            new Expr(_trace, Operation.StateGradient, Expr.Batch, state.Columns, []) { Index = index })];
        for (int i = 0; i < newStateGradients.Length; i++) Contribute(step.NewState[i], newStateGradients[i]);

        Expr?[] inputGradients = new Expr?[step.Inputs.Count], stateGradients = new Expr?[step.State.Count];
        for (int id = forward - 1; id >= 0; id--)
        {
            Expr node = _trace.Expressions[id];
            if (node.Operation == Operation.Fused)
            {
                PropagateFused(node);
                continue;
            }

            if (Collect(node) is not { } gradient) continue;
            if (node.Operation == Operation.Input) inputGradients[node.Index] = gradient;
            else if (node.Operation == Operation.State) stateGradients[node.Index] = gradient;
            else Propagate(node, gradient);
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

    private void Propagate(Expr node, Expr gradient)
    {
        Expr[] operands = node.Operands;
        switch (node.Operation)
        {
            case Operation.Noise:
                break;
            case Operation.Dot:
                Contribute(operands[0], New(Operation.DotTransposed, operands[0].Columns, gradient, operands[1]));
                _weightGradients.Add(new WeightGradient(operands[1], operands[0], gradient));
                break;
            case Operation.Slice:
                AddTo(_sliceContributions, operands[0], new SlicePart(node.Index, gradient));
                break;
            case Operation.Concat:
                int start = 0;
                foreach (Expr part in operands)
                {
                    Contribute(part, gradient.Slice(start, part.Columns));
                    start += part.Columns;
                }

                break;
            case Operation.Add:
                Contribute(operands[0], gradient);
                Contribute(operands[1], gradient);
                break;
            case Operation.Subtract:
                Contribute(operands[0], gradient);
                Contribute(operands[1], -gradient);
                break;
            case Operation.Multiply:
                Contribute(operands[0], gradient * operands[1]);
                Contribute(operands[1], gradient * operands[0]);
                break;
            case Operation.Divide:
                Contribute(operands[0], gradient / operands[1]);
                Contribute(operands[1], -(gradient * node / operands[1]));
                break;
            case Operation.AddScalar:
                Contribute(operands[0], gradient);
                break;
            case Operation.SubtractFromScalar:
                Contribute(operands[0], -gradient);
                break;
            case Operation.MultiplyScalar:
                Contribute(operands[0], New(Operation.MultiplyScalar, node.Scalar, gradient));
                break;
            case Operation.DivideScalarBy:
                Contribute(operands[0], -(gradient * node / operands[0]));
                break;
            case Operation.Sigmoid:
                Contribute(operands[0], New(Operation.SigmoidGradient, node.Columns, gradient, node));
                break;
            case Operation.Tanh:
                Contribute(operands[0], New(Operation.TanhGradient, node.Columns, gradient, node));
                break;
            case Operation.Relu:
                Contribute(operands[0], New(Operation.ReluGradient, node.Columns, gradient, node));
                break;
            case Operation.HardSigmoid:
                Contribute(operands[0], New(Operation.HardSigmoidGradient, node.Columns, gradient, node));
                break;
            case Operation.HardSigmoidKeras2:
                Contribute(operands[0], New(Operation.HardSigmoidKeras2Gradient, node.Columns, gradient, node));
                break;
            case Operation.Exp:
                Contribute(operands[0], gradient * node);
                break;
            case Operation.Log:
                Contribute(operands[0], gradient / operands[0]);
                break;
            case Operation.Sqrt:
                Contribute(operands[0], gradient * 0.5 / node);
                break;
            case Operation.Softmax:
                Contribute(operands[0], New(Operation.SoftmaxGradient, node.Columns, gradient, node));
                break;
            case Operation.SumFeatures:
                Contribute(operands[0], Expr.Broadcast(gradient, operands[0].Columns));
                break;
            case Operation.BroadcastFeatures:
                Contribute(operands[0], New(Operation.SumFeatures, 1, gradient));
                break;
            case Operation.FusedOutput:
                Expr fused = operands[0];
                if (!_fusedGradients.TryGetValue(fused, out Expr?[]? gradients))
                    _fusedGradients.Add(fused, gradients = new Expr?[fused.Kernel!.OutputWidths.Count]);
                gradients[node.Index] = gradient;
                break;
            default:
                throw new InvalidOperationException($"The derivative of {node.Operation} is not known.");
        }
    }

    private void PropagateFused(Expr node)
    {
        if (!_fusedGradients.TryGetValue(node, out Expr?[]? gradients)) return;
        IReadOnlyList<int> widths = node.Kernel!.OutputWidths;
        Expr[] arriving = [.. gradients.Select((gradient, index) => gradient ?? New(Operation.Zero, widths[index]))];
        Expr backward = new(_trace, Operation.FusedGradient, Expr.Batch, 1, [node, .. arriving]) { Kernel = node.Kernel };
        for (int i = 0; i < node.Operands.Length; i++)
        {
            Expr input = node.Operands[i];
            Contribute(input, new Expr(_trace, Operation.FusedInputGradient, Expr.Batch, input.Columns, [backward]) { Kernel = node.Kernel, Index = i });
        }
    }

    /// <summary>Adds to the gradient of <paramref name="target"/>; a row vector's goes to its weight.</summary>
    private void Contribute(Expr target, Expr gradient)
    {
        if (target.Operation == Operation.Weight) _weightGradients.Add(new WeightGradient(target, null, gradient));
        else AddTo(_contributions, target, gradient);
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

                if (slice.Start > end) blocks.Add(New(Operation.Zero, slice.Start - end));
                blocks.Add(slice.Gradient);
                end = slice.Start + slice.Gradient.Columns;
            }

            if (end < node.Columns) blocks.Add(New(Operation.Zero, node.Columns - end));
            Expr block = Functions.Concat([.. blocks]);
            sum = sum is null ? block : sum + block;
            remaining = overlapping;
        }

        return sum;
    }

    private Expr New(Operation operation, int columns, params Expr[] operands) =>
        new(_trace, operation, Expr.Batch, columns, operands);

    private Expr New(Operation operation, float scalar, Expr operand) =>
        new(_trace, operation, Expr.Batch, operand.Columns, [operand]) { Scalar = scalar };

    private static void AddTo<T>(Dictionary<Expr, List<T>> lists, Expr key, T value)
    {
        if (!lists.TryGetValue(key, out List<T>? list)) lists.Add(key, list = []);
        list.Add(value);
    }

    private readonly record struct SlicePart(int Start, Expr Gradient);
}
