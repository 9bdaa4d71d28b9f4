using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>Turns drafts into instructions, once values have places.</summary>
/// <param name="analysis">The step.</param>
/// <param name="table">The places; kernels' outputs that nobody reads get theirs here.</param>
internal sealed class InstructionLowering(StepAnalysis analysis, PlaceTable table)
{
    /// <summary>The instructions of a draft.</summary>
    /// <param name="draft">The draft.</param>
    public IEnumerable<InstructionPlan> Lower(Draft draft)
    {
        if (draft.Operation.Kind == OperationKind.Call) return LowerFused(draft);
        if (draft.Target.Node is { Operation.Kind: OperationKind.Concat } concat) return LowerConcat(concat);
        Place[] operands = [.. draft.Operands.Select(table.Of)];
        bool transposed = draft.Operation == Operations.DotTransposed;
        Expr? product = draft.ProductOf;
        return
        [
            new InstructionPlan
            {
                Operation = draft.Operation,
                Argument = draft.Argument,
                Destination = table.Of(draft.Target),
                A = operands[0],
                B = operands.Length > 1 ? operands[1] : Place.None,
                C = operands.Length > 2 ? operands[2] : Place.None,
                Scalar = draft.Target.Node?.Scalar ?? 0,
                Columns = draft.Operation == Operations.Sum ? draft.Operands[0].Columns : draft.Target.Columns,
                Inner = product is null ? 0 : transposed ? product.Operands[1].Columns : product.Operands[1].Rows,
                ZeroAtZeroState = product is not null && !transposed && StepAnalysis.IsZeroAtZeroState(product.Operands[0]),
                OnlyForStateGradient = draft.StateGradientCopy || (draft.Pass == Pass.BackwardLoop && IsOnlyForStateGradient(draft)),
            },
        ];
    }

    private bool IsOnlyForStateGradient(Draft draft) => draft.Target.Node is { } node
        ? analysis.IsOnlyForStateGradient[node.Id]
        : draft.ProductOf is { } product && analysis.IsOnlyForStateGradient[product.Id];

    // Neighbours on both sides are one copy.
    private List<InstructionPlan> LowerConcat(Expr concat)
    {
        List<InstructionPlan> copies = [];
        Place place = table[concat];
        int column = place.Column;
        foreach (Expr part in concat.Operands)
        {
            Place target = place with { Column = column };
            column += part.Columns;
            if (part.Operation == Operations.Zero) table.Untouchable.Add(place.Buffer!);
            if (part.Operation == Operations.Zero || table.Of(part) == target) continue;
            InstructionPlan copy = new() { Operation = Operations.Copy, Destination = target, A = table.Of(part), Columns = part.Columns };
            if (copies.LastOrDefault() is { } before && Follows(before.Destination, before.Columns, copy.Destination) && Follows(before.A, before.Columns, copy.A))
                copies[^1] = new() { Operation = Operations.Copy, Destination = before.Destination, A = before.A, Columns = before.Columns + copy.Columns };
            else
                copies.Add(copy);
        }

        return copies;

        static bool Follows(Place before, int columns, Place place) =>
            before.Buffer is not null && before with { Column = before.Column + columns } == place;
    }

    private IEnumerable<InstructionPlan> LowerFused(Draft draft)
    {
        Expr node = draft.Target.Node!;
        bool forward = node.Operation == Operations.Fused;
        Expr fused = forward ? node : node.Operands[0];
        List<InstructionPlan> copies = [];
        Place[] inputs = [.. fused.Operands.Select(Contiguous)];
        Place[] outputs = [.. fused.Kernel!.OutputWidths.Select((width, index) => FusedBlock(fused, index, width))];
        FusedPlan plan = new()
        {
            Kernel = fused.Kernel,
            Inputs = inputs,
            Outputs = outputs,
            Saved = table[fused],
            OutputGradients = forward ? [] : [.. node.Operands.Skip(1).Select(Contiguous)],
            InputGradients = forward ? [] : [.. fused.Operands.Select((input, index) => FusedBlock(node, index, input.Columns))],
        };
        copies.Add(new InstructionPlan
        {
            Operation = draft.Operation,
            Destination = Place.None,
            Columns = 0,
            Fused = plan,
            OnlyForStateGradient = !forward && analysis.IsOnlyForStateGradient[node.Id],
        });
        return copies;

        Place Contiguous(Expr value)
        {
            Place place = table.Of(value);
            if (place.Buffer is { Kind: not BufferKind.Input } buffer && buffer.Columns == value.Columns) return place;
            Place copy = new(table.NewBuffer(StepAnalysis.IsLoop(draft.Pass) ? BufferKind.Step : BufferKind.Sequence, value.Columns), 0, 0, null);
            copies.Add(new InstructionPlan { Operation = Operations.Copy, Destination = copy, A = place, Columns = value.Columns });
            return copy;
        }
    }

    /// <summary>A kernel's output block; one that nobody reads still needs a place to be written to.</summary>
    private Place FusedBlock(Expr node, int index, int width)
    {
        foreach (Expr other in analysis.Nodes)
        {
            if (analysis.IsLive[other.Id] && other.Operation.Kind == OperationKind.CallResult && other.Index == index && ReferenceEquals(other.Operands[0], node))
            {
                // The backward pass reads outputs too.
                if (other.Operation == Operations.FusedOutput) table[other].Buffer!.Widen();
                return table[other];
            }
        }

        return new Place(table.NewBuffer(BufferKind.Sequence, width), 0, 0, null);
    }
}
