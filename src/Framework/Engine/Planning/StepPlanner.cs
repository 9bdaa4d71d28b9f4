using Research.Framework.Equations;

namespace Research.Framework.Engine.Planning;

/// <summary>
/// Turns a traced step and its gradient into a <see cref="StepPlan"/>: gives every value a place, and every draft the
/// places it reads and writes.
/// </summary>
internal sealed class StepPlanner
{
    private readonly StepAnalysis _analysis;
    private readonly StepDrafter _drafter;
    private readonly bool[] _sequence;
    private readonly Place[] _places;
    private readonly List<BufferPlan> _buffers = [];
    private readonly HashSet<BufferPlan> _untouchable = [];
    private readonly HashSet<BufferPlan> _stateGradients = [];
    private BufferPlan _input = null!;
    private BufferPlan[] _state = null!;

    private StepPlanner(StepAnalysis analysis)
    {
        _analysis = analysis;
        _drafter = new StepDrafter(analysis);
        _sequence = new bool[analysis.Nodes.Count];
        _places = new Place[analysis.Nodes.Count];
    }

    /// <summary>Plans a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="gradient">Its gradient, in the same trace.</param>
    /// <param name="wantInputGradient">Whether a layer below can use the gradient of the input.</param>
    public static StepPlan Plan(TracedStep step, StepGradient gradient, bool wantInputGradient) =>
        new StepPlanner(new StepAnalysis(step, gradient, wantInputGradient)).Run();

    private StepPlan Run()
    {
        MarkSequences();
        BufferPlan outputGradient = NewBuffer(BufferKind.Sequence, _analysis.Gradient.OutputGradient.Columns);
        BufferPlan[] stateGradients = PlaceLeavesAndState(outputGradient);
        PlaceTheRest();
        Place output = OutputPlace();
        Place inputGradient = _analysis.InputGradient is null ? Place.None : Resolve(_analysis.InputGradient);
        WeightGradientPlan[] weightGradients = PlanWeightGradients();
        InstructionPlan[][] instructions = [.. _drafter.Passes.Select(drafts => drafts.SelectMany(Lower).ToArray())];
        BufferSharing.Arrange(instructions, weightGradients, [output.Buffer!, outputGradient, .. _untouchable]);
        return new StepPlan
        {
            Step = _analysis.Step,
            Buffers = _buffers,
            ForwardBefore = instructions[(int)Pass.ForwardBefore],
            ForwardLoop = instructions[(int)Pass.ForwardLoop],
            ForwardAfter = instructions[(int)Pass.ForwardAfter],
            BackwardBefore = instructions[(int)Pass.BackwardBefore],
            BackwardLoop = instructions[(int)Pass.BackwardLoop],
            BackwardAfter = instructions[(int)Pass.BackwardAfter],
            WeightGradients = weightGradients,
            Input = _input,
            Output = output,
            OutputGradient = outputGradient,
            InputGradient = inputGradient,
            InputNoise = _analysis.Step.InputNoise is null ? null : _places[_analysis.Step.InputNoise.Id].Buffer,
            StateNoise = _analysis.Step.StateNoise is null ? null : _places[_analysis.Step.StateNoise.Id].Buffer,
            State = _state,
            StateGradients = stateGradients,
        };
    }

    // What another pass reads must be kept for every step.
    private void MarkSequences()
    {
        foreach (Draft draft in _drafter.Passes.SelectMany(drafts => drafts))
        {
            foreach (Value value in draft.Operands)
            {
                if (value.Node is null) value.Sequence |= value.Pass != draft.Pass || !StepAnalysis.IsLoop(draft.Pass);
                else MarkRead(value.Node, draft.Pass);
            }

            if (draft.Target.Node is null) draft.Target.Sequence |= !StepAnalysis.IsLoop(draft.Pass);
        }

        foreach (Expr node in _analysis.Nodes)
        {
            if (_analysis.IsLive[node.Id] && !StepAnalysis.IsLoop(_analysis.Pass[node.Id])) _sequence[node.Id] = true;
        }

        MarkRead(_analysis.Step.Output, null);
        if (_analysis.InputGradient is not null) MarkRead(_analysis.InputGradient, null);
        foreach (WeightGradient weight in _analysis.Gradient.WeightGradients)
        {
            MarkRead(weight.Gradient, null);
            if (weight.Left is not null) MarkRead(weight.Left, null);
        }

        // Read in the loop's Copy at its end or by the next step.
        foreach (Expr state in _analysis.Step.NewState) MarkRead(state, Pass.ForwardLoop);
        foreach (Expr? state in _analysis.Gradient.StateGradients)
        {
            if (state is not null) MarkRead(state, Pass.BackwardLoop);
        }
    }

    private void MarkRead(Expr node, Pass? reader)
    {
        if (node.Operation == Operation.Slice)
        {
            MarkRead(node.Operands[0], reader);
            return;
        }

        if (_analysis.Pass[node.Id] != reader) _sequence[node.Id] = true;
    }

    private BufferPlan[] PlaceLeavesAndState(BufferPlan outputGradient)
    {
        _input = new BufferPlan(BufferKind.Input, _analysis.Step.Input.Columns);
        SetPlace(_analysis.Step.Input, new Place(_input, 0, 0, null));
        SetPlace(_analysis.Gradient.OutputGradient, new Place(outputGradient, 0, 0, null));
        foreach (Expr node in _analysis.Nodes)
        {
            if (node.Operation == Operation.Weight) SetPlace(node, new Place(null, 0, 0, node));
        }

        foreach (Expr noise in new[] { _analysis.Step.InputNoise, _analysis.Step.StateNoise }.OfType<Expr>())
        {
            SetPlace(noise, new Place(NewBuffer(BufferKind.Sequence, noise.Columns), 0, 0, null));
            _untouchable.Add(_places[noise.Id].Buffer!);
        }

        _state = new BufferPlan[_analysis.Step.State.Length];
        BufferPlan[] gradients = new BufferPlan[_analysis.Step.State.Length];
        for (int i = 0; i < _state.Length; i++)
        {
            _state[i] = NewBuffer(BufferKind.State, _analysis.Step.State[i].Columns);
            SetPlace(_analysis.Step.State[i], new Place(_state[i], 0, 0, null));

            // What arrives from the step after is kept for every step where more than the loop reads it.
            bool kept = _sequence[_analysis.Gradient.NewStateGradients[i].Id];
            gradients[i] = NewBuffer(kept ? BufferKind.State : BufferKind.Alternating, _analysis.Step.State[i].Columns);
            _stateGradients.Add(gradients[i]);
            SetPlace(_analysis.Gradient.NewStateGradients[i], new Place(gradients[i], 0, 1, null));
        }

        for (int i = 0; i < _state.Length; i++)
        {
            Settle(_analysis.Step.NewState[i], new Place(_state[i], 0, 1, null), Pass.ForwardLoop);
            Place before = new(gradients[i], 0, 0, null);
            if (_analysis.Gradient.StateGradients[i] is { } gradient) Settle(gradient, before, Pass.BackwardLoop);
            else AddStateGradientCopy(before, new Value(before.Buffer!.Columns));
        }

        return gradients;
    }

    /// <summary>Lets a value be computed right where it must end up, or has it copied there at the end of the loop.</summary>
    private void Settle(Expr value, Place place, Pass loop)
    {
        bool direct = IsComputed(value) && _places[value.Id].IsNone && _analysis.Pass[value.Id] == loop
            && !(_stateGradients.Contains(place.Buffer!) && (_sequence[value.Id] || HasGap(value)));
        if (direct) SetPlace(value, place);
        else if (loop == Pass.BackwardLoop) AddStateGradientCopy(place, new Value(value));
        else _drafter.Add(loop, new Draft(new Value(value.Columns) { Place = place }, Instruction.Copy, [new Value(value)]));
    }

    // Nobody computes the gradient of a state that the step does not read: it is copied from a block of zeros.
    private void AddStateGradientCopy(Place place, Value value) =>
        _drafter.Add(Pass.BackwardLoop, new Draft(new Value(value.Columns) { Place = place }, Instruction.Copy, [value]) { StateGradientCopy = true });

    // Gradients that pass by a masked row, or come from a decoder, fill whole rows: nothing that nobody writes stays zero.
    private static bool HasGap(Expr node) => node.Operation == Operation.Zero || (node.Operation == Operation.Concat && node.Operands.Any(HasGap));

    private static bool IsComputed(Expr node) => node.Operation is not
        (Operation.Input or Operation.Noise or Operation.State or Operation.Weight or Operation.OutputGradient or Operation.StateGradient or Operation.Slice or Operation.Zero);

    private void PlaceTheRest()
    {
        // Outer concatenations first, so that inner ones find their place in them.
        for (int id = _analysis.Nodes.Count - 1; id >= 0; id--)
        {
            Expr node = _analysis.Nodes[id];
            if (!_analysis.IsLive[id] || _analysis.IsAbsorbed[id] || node.Operation != Operation.Concat) continue;
            if (_places[id].IsNone) SetPlace(node, new Place(NewBuffer(BufferKind.Step, node.Columns), 0, 0, null));
            Place place = _places[id];
            if (_sequence[id]) Widen(place);
            int column = place.Column;
            foreach (Expr part in node.Operands)
            {
                bool inPlace = IsComputed(part) && _places[part.Id].IsNone && _analysis.Pass[part.Id] == _analysis.Pass[id] && !_drafter.Contiguous.Contains(part)
                    && !(_stateGradients.Contains(place.Buffer!) && _sequence[part.Id]);
                if (inPlace)
                {
                    SetPlace(part, place with { Column = column });
                    if (_sequence[part.Id]) Widen(place);
                }

                column += part.Columns;
            }
        }

        foreach (Expr node in _analysis.Nodes)
        {
            if (!_analysis.IsLive[node.Id] || _analysis.IsAbsorbed[node.Id] || node.Operation is Operation.Slice or Operation.FusedGradient || !_places[node.Id].IsNone) continue;
            SetPlace(node, new Place(NewBuffer(BufferKind.Step, node.Columns), 0, 0, null));
            if (_sequence[node.Id] || node.Operation == Operation.Fused) Widen(_places[node.Id]);
            if (node.Operation == Operation.Zero) _untouchable.Add(_places[node.Id].Buffer!);
        }
    }

    private static void Widen(Place place)
    {
        if (place.Buffer!.Kind == BufferKind.Step) place.Buffer.Kind = BufferKind.Sequence;
    }

    private Place OutputPlace()
    {
        Place place = Resolve(_analysis.Step.Output);
        if (place.Buffer!.Kind is BufferKind.Sequence or BufferKind.State) return place;
        Place copy = new(NewBuffer(BufferKind.Sequence, _analysis.Step.Output.Columns), 0, 0, null);
        _drafter.Add(Pass.ForwardAfter, new Draft(new Value(_analysis.Step.Output.Columns) { Place = copy }, Instruction.Copy, [new Value(_analysis.Step.Output)]));
        return copy;
    }

    private WeightGradientPlan[] PlanWeightGradients()
    {
        List<Expr> written = [];
        List<WeightGradientPlan> plans = [];
        foreach (WeightGradient weight in _analysis.Gradient.WeightGradients)
        {
            bool clears = !IsCovered(weight.Weight.Weight!);
            plans.Add(new WeightGradientPlan
            {
                Weight = weight.Weight,
                Left = weight.Left is null ? Place.None : Resolve(weight.Left),
                Gradient = Resolve(weight.Gradient),
                Clears = clears && !written.Exists(other => ReferenceEquals(other.Weight, weight.Weight.Weight)),
                Accumulate = clears || written.Exists(other => Overlap(other, weight.Weight)),
                ZeroAtZeroState = weight.Left is not null && IsZeroAtZeroState(weight.Left),
            });
            written.Add(weight.Weight);
        }

        return [.. plans];
    }

    /// <summary>Whether the views of a weight, each written and then added to, leave none of its gradient as it was: they cover all, and none reaches over only a part of another.</summary>
    private bool IsCovered(WeightDescription weight)
    {
        List<Expr> views = [];
        foreach (WeightGradient gradient in _analysis.Gradient.WeightGradients)
        {
            Expr view = gradient.Weight;
            if (!ReferenceEquals(view.Weight, weight) || views.Exists(other => IsSameView(other, view))) continue;
            if (views.Exists(other => Overlap(other, view))) return false;
            views.Add(view);
        }

        return views.Sum(view => (long)view.Rows * view.Columns) == weight.Count;
    }

    private static bool IsSameView(Expr left, Expr right) =>
        left.Index == right.Index && left.Columns == right.Columns && left.RowIndex == right.RowIndex && left.Rows == right.Rows;

    private static bool Overlap(Expr left, Expr right) =>
        ReferenceEquals(left.Weight, right.Weight)
        && left.Index < right.Index + right.Columns && right.Index < left.Index + left.Columns
        && left.RowIndex < right.RowIndex + right.Rows && right.RowIndex < left.RowIndex + left.Rows;

    private static bool IsZeroAtZeroState(Expr node) => node.Operation switch
    {
        Operation.State or Operation.Zero => true,
        Operation.Slice or Operation.MultiplyScalar or Operation.Tanh or Operation.Relu => IsZeroAtZeroState(node.Operands[0]),
        Operation.Multiply => IsZeroAtZeroState(node.Operands[0]) || IsZeroAtZeroState(node.Operands[1]),
        Operation.Add or Operation.Subtract or Operation.Concat => node.Operands.All(IsZeroAtZeroState),
        _ => false,
    };

    private IEnumerable<InstructionPlan> Lower(Draft draft)
    {
        if (draft.Instruction is Instruction.FusedForward or Instruction.FusedBackward) return LowerFused(draft);
        if (draft.Target.Node is { Operation: Operation.Concat } concat) return LowerConcat(concat);
        Place[] operands = [.. draft.Operands.Select(PlaceOf)];
        bool transposed = draft.Instruction == Instruction.ProductTransposed;
        Expr? product = draft.ProductOf;
        return
        [
            new InstructionPlan
            {
                Instruction = draft.Instruction,
                Argument = draft.Argument,
                Destination = PlaceOf(draft.Target),
                A = operands[0],
                B = operands.Length > 1 ? operands[1] : Place.None,
                C = operands.Length > 2 ? operands[2] : Place.None,
                Scalar = draft.Target.Node?.Scalar ?? 0,
                Columns = draft.Instruction is Instruction.SumFeatures ? draft.Operands[0].Columns : draft.Target.Columns,
                Inner = product is null ? 0 : transposed ? product.Operands[1].Columns : product.Operands[1].Rows,
                ZeroAtZeroState = product is not null && !transposed && IsZeroAtZeroState(product.Operands[0]),
                OnlyForStateGradient = draft.StateGradientCopy || (draft.Pass == Pass.BackwardLoop && IsOnlyForStateGradient(draft)),
            },
        ];
    }

    private bool IsOnlyForStateGradient(Draft draft) => draft.Target.Node is { } node
        ? _analysis.IsOnlyForStateGradient[node.Id]
        : draft.ProductOf is { } product && _analysis.IsOnlyForStateGradient[product.Id];

    // Neighbours on both sides are one copy.
    private List<InstructionPlan> LowerConcat(Expr concat)
    {
        List<InstructionPlan> copies = [];
        Place place = _places[concat.Id];
        int column = place.Column;
        foreach (Expr part in concat.Operands)
        {
            Place target = place with { Column = column };
            column += part.Columns;
            if (part.Operation == Operation.Zero) _untouchable.Add(place.Buffer!);
            if (part.Operation == Operation.Zero || Resolve(part) == target) continue;
            InstructionPlan copy = new() { Instruction = Instruction.Copy, Destination = target, A = Resolve(part), Columns = part.Columns };
            if (copies.LastOrDefault() is { } before && Follows(before.Destination, before.Columns, copy.Destination) && Follows(before.A, before.Columns, copy.A))
                copies[^1] = new() { Instruction = Instruction.Copy, Destination = before.Destination, A = before.A, Columns = before.Columns + copy.Columns };
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
        bool forward = node.Operation == Operation.Fused;
        Expr fused = forward ? node : node.Operands[0];
        List<InstructionPlan> copies = [];
        Place[] inputs = [.. fused.Operands.Select(Contiguous)];
        Place[] outputs = [.. fused.Kernel!.OutputWidths.Select((width, index) => FusedBlock(fused, index, width))];
        FusedPlan plan = new()
        {
            Kernel = fused.Kernel,
            Inputs = inputs,
            Outputs = outputs,
            Saved = _places[fused.Id],
            OutputGradients = forward ? [] : [.. node.Operands.Skip(1).Select(Contiguous)],
            InputGradients = forward ? [] : [.. fused.Operands.Select((input, index) => FusedBlock(node, index, input.Columns))],
        };
        copies.Add(new InstructionPlan
        {
            Instruction = draft.Instruction,
            Destination = Place.None,
            Columns = 0,
            Fused = plan,
            OnlyForStateGradient = !forward && _analysis.IsOnlyForStateGradient[node.Id],
        });
        return copies;

        Place Contiguous(Expr value)
        {
            Place place = Resolve(value);
            if (place.Buffer is { Kind: not BufferKind.Input } buffer && buffer.Columns == value.Columns) return place;
            Place copy = new(NewBuffer(StepAnalysis.IsLoop(draft.Pass) ? BufferKind.Step : BufferKind.Sequence, value.Columns), 0, 0, null);
            copies.Add(new InstructionPlan { Instruction = Instruction.Copy, Destination = copy, A = place, Columns = value.Columns });
            return copy;
        }
    }

    /// <summary>A kernel's output block; one that nobody reads still needs a place to be written to.</summary>
    private Place FusedBlock(Expr node, int index, int width)
    {
        foreach (Expr other in _analysis.Nodes)
        {
            if (_analysis.IsLive[other.Id] && other.Operation is Operation.FusedOutput or Operation.FusedInputGradient && other.Index == index && ReferenceEquals(other.Operands[0], node))
            {
                // The backward pass reads outputs too.
                if (other.Operation == Operation.FusedOutput) Widen(_places[other.Id]);
                return _places[other.Id];
            }
        }

        return new Place(NewBuffer(BufferKind.Sequence, width), 0, 0, null);
    }

    private Place PlaceOf(Value value)
    {
        if (value.Node is not null && value.Place.IsNone) return Resolve(value.Node);
        if (value.Place.IsNone) value.Place = new Place(NewBuffer(value.Sequence ? BufferKind.Sequence : BufferKind.Step, value.Columns), 0, 0, null);
        return value.Place;
    }

    private Place Resolve(Expr node)
    {
        if (node.Operation != Operation.Slice) return _places[node.Id];
        Place whole = Resolve(node.Operands[0]);
        return whole with { Column = whole.Column + node.Index };
    }

    private void SetPlace(Expr node, Place place) => _places[node.Id] = place;

    private BufferPlan NewBuffer(BufferKind kind, int columns)
    {
        BufferPlan buffer = new(kind, columns) { Index = _buffers.Count };
        _buffers.Add(buffer);
        return buffer;
    }
}
