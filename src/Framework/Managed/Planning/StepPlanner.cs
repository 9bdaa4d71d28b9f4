using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>
/// Turns a traced step and its gradient into a <see cref="StepPlan"/>: gives every value a place, and every draft the
/// places it reads and writes.
/// </summary>
internal sealed class StepPlanner
{
    private readonly StepAnalysis _analysis;
    private readonly StepDrafter _drafter;
    private readonly bool[] _sequence;
    private readonly PlaceTable _table;
    private readonly HashSet<BufferPlan> _stateGradients = [];
    private BufferPlan[] _inputs = null!;
    private BufferPlan[] _state = null!;

    private StepPlanner(StepAnalysis analysis)
    {
        _analysis = analysis;
        _drafter = new StepDrafter(analysis);
        _sequence = new bool[analysis.Nodes.Count];
        _table = new PlaceTable(analysis.Nodes.Count);
    }

    /// <summary>Plans a step.</summary>
    /// <param name="gradient">The gradient, with its step.</param>
    /// <param name="wantInputGradients">For each input, whether anything below can use its gradient.</param>
    /// <param name="keepsSeed">Whether what the loss' gradient is taken of is kept for the loss to read.</param>
    public static StepPlan Plan(StepGradient gradient, IReadOnlyList<bool> wantInputGradients, bool keepsSeed = false) =>
        new StepPlanner(new StepAnalysis(gradient, wantInputGradients, keepsSeed)).Run();

    private StepPlan Run()
    {
        MarkSequences();
        BufferPlan outputGradient = _table.NewBuffer(BufferKind.Sequence, _analysis.Gradient.OutputGradient.Columns);
        BufferPlan[] stateGradients = PlaceLeavesAndState(outputGradient);
        PlaceTheRest();
        Place output = OutputPlace();
        Place[] inputGradients = [.. _analysis.InputGradients.Select(gradient => gradient is null ? Place.None : _table.Of(gradient))];
        Place seed = _analysis.Seed is null ? Place.None : _table.Of(_analysis.Seed);
        if (seed.Buffer is { } kept) _table.Untouchable.Add(kept);
        WeightGradientPlan[] weightGradients = WeightGradientPlanner.Plan(_analysis, _table);
        InstructionLowering lowering = new(_analysis, _table);
        InstructionPlan[][] instructions = [.. _drafter.Passes.Select(drafts => drafts.SelectMany(lowering.Lower).ToArray())];
        BufferSharing.Arrange(instructions, weightGradients, [output.Buffer!, outputGradient, .. _table.Untouchable]);
        return new StepPlan
        {
            Step = _analysis.Step,
            Buffers = _table.Buffers,
            Passes = instructions,
            WeightGradients = weightGradients,
            Inputs = _inputs,
            Output = output,
            OutputGradient = outputGradient,
            InputGradients = inputGradients,
            Seed = seed,
            InputNoise = _analysis.Step.InputNoise is null ? null : _table[_analysis.Step.InputNoise].Buffer,
            StateNoise = _analysis.Step.StateNoise is null ? null : _table[_analysis.Step.StateNoise].Buffer,
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
        foreach (Expr input in _analysis.InputGradients.OfType<Expr>()) MarkRead(input, null);
        if (_analysis.Seed is not null) MarkRead(_analysis.Seed, null);
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
        if (node.Operation.Kind == OperationKind.View)
        {
            MarkRead(node.Operands[0], reader);
            return;
        }

        if (_analysis.Pass[node.Id] != reader) _sequence[node.Id] = true;
    }

    private BufferPlan[] PlaceLeavesAndState(BufferPlan outputGradient)
    {
        _inputs = [.. _analysis.Step.Inputs.Select((input, index) => new BufferPlan(BufferKind.Input, input.Columns) { Index = index })];
        for (int i = 0; i < _inputs.Length; i++) _table[_analysis.Step.Inputs[i]] = new Place(_inputs[i], 0, 0, null);
        _table[_analysis.Gradient.OutputGradient] = new Place(outputGradient, 0, 0, null);
        foreach (Expr node in _analysis.Nodes)
        {
            if (node.Operation == Operations.Weight) _table[node] = new Place(null, 0, 0, node);
        }

        foreach (Expr noise in new[] { _analysis.Step.InputNoise, _analysis.Step.StateNoise }.OfType<Expr>())
        {
            _table[noise] = new Place(_table.NewBuffer(BufferKind.Sequence, noise.Columns), 0, 0, null);
            _table.Untouchable.Add(_table[noise].Buffer!);
        }

        _state = new BufferPlan[_analysis.Step.State.Count];
        BufferPlan[] gradients = new BufferPlan[_analysis.Step.State.Count];
        for (int i = 0; i < _state.Length; i++)
        {
            _state[i] = _table.NewBuffer(BufferKind.State, _analysis.Step.State[i].Columns);
            _table[_analysis.Step.State[i]] = new Place(_state[i], 0, 0, null);

            // What arrives from the step after is kept for every step where more than the loop reads it.
            bool kept = _sequence[_analysis.Gradient.NewStateGradients[i].Id];
            gradients[i] = _table.NewBuffer(kept ? BufferKind.State : BufferKind.Alternating, _analysis.Step.State[i].Columns);
            _stateGradients.Add(gradients[i]);
            _table[_analysis.Gradient.NewStateGradients[i]] = new Place(gradients[i], 0, 1, null);
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
        bool direct = IsComputed(value) && _table[value].IsNone && _analysis.Pass[value.Id] == loop
            && !(_stateGradients.Contains(place.Buffer!) && (_sequence[value.Id] || HasGap(value)));
        if (direct) _table[value] = place;
        else if (loop == Pass.BackwardLoop) AddStateGradientCopy(place, new Value(value));
        else _drafter.Add(loop, new Draft(new Value(value.Columns) { Place = place }, Operations.Copy, [new Value(value)]));
    }

    // Nobody computes the gradient of a state that the step does not read: it is copied from a block of zeros.
    private void AddStateGradientCopy(Place place, Value value) =>
        _drafter.Add(Pass.BackwardLoop, new Draft(new Value(value.Columns) { Place = place }, Operations.Copy, [value]) { StateGradientCopy = true });

    // Gradients that pass by a masked row, or come from a decoder, fill whole rows: nothing that nobody writes stays zero.
    private static bool HasGap(Expr node) => node.Operation == Operations.Zero || (node.Operation == Operations.Concat && node.Operands.Any(HasGap));

    private static bool IsComputed(Expr node) => node.Operation.Kind is not (OperationKind.Leaf or OperationKind.View);

    private void PlaceTheRest()
    {
        // Outer concatenations first, so that inner ones find their place in them.
        for (int id = _analysis.Nodes.Count - 1; id >= 0; id--)
        {
            Expr node = _analysis.Nodes[id];
            if (!_analysis.IsLive[id] || _analysis.IsAbsorbed[id] || node.Operation != Operations.Concat) continue;
            if (_table[node].IsNone) _table[node] = new Place(_table.NewBuffer(BufferKind.Step, node.Columns), 0, 0, null);
            Place place = _table[node];
            if (_sequence[id]) place.Buffer!.Widen();
            int column = place.Column;
            foreach (Expr part in node.Operands)
            {
                bool inPlace = IsComputed(part) && _table[part].IsNone && _analysis.Pass[part.Id] == _analysis.Pass[id] && !_drafter.Contiguous.Contains(part)
                    && !(_stateGradients.Contains(place.Buffer!) && _sequence[part.Id]);
                if (inPlace)
                {
                    _table[part] = place with { Column = column };
                    if (_sequence[part.Id]) place.Buffer!.Widen();
                }

                column += part.Columns;
            }
        }

        foreach (Expr node in _analysis.Nodes)
        {
            if (!_analysis.IsLive[node.Id] || _analysis.IsAbsorbed[node.Id] || node.Operation.Kind == OperationKind.View || node.Operation == Operations.FusedGradient || !_table[node].IsNone) continue;
            _table[node] = new Place(_table.NewBuffer(BufferKind.Step, node.Columns), 0, 0, null);
            if (_sequence[node.Id] || node.Operation == Operations.Fused) _table[node].Buffer!.Widen();
            if (node.Operation == Operations.Zero) _table.Untouchable.Add(_table[node].Buffer!);
        }
    }

    private Place OutputPlace()
    {
        Place place = _table.Of(_analysis.Step.Output);
        if (place.Buffer!.Kind is BufferKind.Sequence or BufferKind.State) return place;
        Place copy = new(_table.NewBuffer(BufferKind.Sequence, _analysis.Step.Output.Columns), 0, 0, null);
        _drafter.Add(Pass.ForwardAfter, new Draft(new Value(_analysis.Step.Output.Columns) { Place = copy }, Operations.Copy, [new Value(_analysis.Step.Output)]));
        return copy;
    }
}
