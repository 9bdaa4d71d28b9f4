using Research.Framework.Equations;

namespace Research.Framework.Engine.Planning;

/// <summary>
/// Turns a traced step and its gradient into a <see cref="StepPlan"/>: chooses what runs before, in and after the time
/// loop, folds sums into products, and gives every value a place.
/// </summary>
internal sealed class StepPlanner
{
    private readonly TracedStep _step;
    private readonly StepGradient _gradient;
    private readonly Expr? _inputGradient;
    private readonly IReadOnlyList<Expr> _nodes;
    private readonly int _firstBackward;
    private readonly bool[] _live;
    private readonly int[] _uses;
    private readonly Pass[] _pass;
    private readonly bool[] _absorbed;
    private readonly bool[] _stateGradientOnly;
    private readonly Dictionary<Expr, SumOfProducts> _sums = [];
    private readonly List<Draft>[] _drafts = [[], [], [], [], [], []];
    private readonly bool[] _sequence;
    private readonly Place[] _places;
    private readonly List<BufferPlan> _buffers = [];
    private readonly HashSet<Expr> _contiguous = [];
    private BufferPlan _input = null!;
    private BufferPlan[] _state = null!;

    private StepPlanner(TracedStep step, StepGradient gradient, bool wantInputGradient)
    {
        _step = step;
        _gradient = gradient;
        _inputGradient = wantInputGradient ? gradient.InputGradient : null;
        _nodes = step.Trace.Expressions;
        _firstBackward = gradient.OutputGradient.Id;
        _live = new bool[_nodes.Count];
        _uses = new int[_nodes.Count];
        _pass = new Pass[_nodes.Count];
        _absorbed = new bool[_nodes.Count];
        _stateGradientOnly = new bool[_nodes.Count];
        _sequence = new bool[_nodes.Count];
        _places = new Place[_nodes.Count];
    }

    public static StepPlan Plan(TracedStep step, StepGradient gradient, bool wantInputGradient) =>
        new StepPlanner(step, gradient, wantInputGradient).Run();

    private StepPlan Run()
    {
        MarkLive();
        ChoosePasses();
        FoldSums();
        foreach (Expr node in _nodes)
        {
            if (_live[node.Id] && !_absorbed[node.Id]) Emit(node);
        }

        MarkSequences();
        BufferPlan outputGradient = NewBuffer(BufferKind.Sequence, _gradient.OutputGradient.Columns);
        BufferPlan[] stateGradients = PlaceLeavesAndState(outputGradient);
        PlaceTheRest();
        Place output = OutputPlace();
        Place inputGradient = _inputGradient is null ? Place.None : Resolve(_inputGradient);
        WeightGradientPlan[] weightGradients = PlanWeightGradients();
        InstructionPlan[][] instructions = [.. _drafts.Select(drafts => drafts.SelectMany(Lower).ToArray())];
        return new StepPlan
        {
            Step = _step,
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
            InputNoise = _step.InputNoise is null ? null : _places[_step.InputNoise.Id].Buffer,
            StateNoise = _step.StateNoise is null ? null : _places[_step.StateNoise.Id].Buffer,
            State = _state,
            StateGradients = stateGradients,
        };
    }

    // What is needed at all, and by how many.
    private void MarkLive()
    {
        Stack<Expr> open = new();
        void Root(Expr? root)
        {
            if (root is null) return;
            _uses[root.Id]++;
            open.Push(root);
        }

        Root(_step.Output);
        foreach (Expr state in _step.NewState) Root(state);
        foreach (Expr? state in _gradient.StateGradients) Root(state);
        Root(_inputGradient);
        foreach (WeightGradient weight in _gradient.WeightGradients)
        {
            Root(weight.Gradient);
            Root(weight.Left);
        }

        while (open.TryPop(out Expr? node))
        {
            if (_live[node.Id]) continue;
            _live[node.Id] = true;
            foreach (Expr operand in node.Operands)
            {
                _uses[operand.Id]++;
                open.Push(operand);
            }
        }
    }

    // Before the loop: what does not depend on the recurrence. After it: what the recurrence does not depend on.
    private void ChoosePasses()
    {
        bool[] recurrent = new bool[_nodes.Count];
        foreach (Expr node in _nodes)
        {
            recurrent[node.Id] = node.Id < _firstBackward
                ? node.Operation == Operation.State || node.Operands.Any(operand => recurrent[operand.Id])
                : node.Operation == Operation.StateGradient || node.Operands.Any(operand => operand.Id >= _firstBackward && recurrent[operand.Id]);
        }

        bool[] feedsState = Ancestors(_step.NewState);
        Expr[] stateGradients = [.. _gradient.StateGradients.OfType<Expr>()];
        bool[] feedsStateGradient = Ancestors(stateGradients);
        bool[] feedsAnythingElse = Ancestors([.. _gradient.WeightGradients.Select(weight => weight.Gradient), .. _inputGradient is null ? Array.Empty<Expr>() : [_inputGradient]]);
        foreach (Expr node in _nodes)
        {
            bool backward = node.Id >= _firstBackward;
            bool inLoop = backward ? feedsStateGradient[node.Id] : feedsState[node.Id];
            Pass before = backward ? Pass.BackwardBefore : Pass.ForwardBefore;
            _pass[node.Id] = before + (recurrent[node.Id] ? inLoop ? 1 : 2 : 0);
            _stateGradientOnly[node.Id] = backward && feedsStateGradient[node.Id] && !feedsAnythingElse[node.Id];

            // A kernel's outputs come with the kernel.
            if (node.Operation is Operation.FusedOutput or Operation.FusedInputGradient)
                _pass[node.Id] = _pass[node.Operands[0].Id];
        }
    }

    private bool[] Ancestors(IReadOnlyList<Expr> roots)
    {
        bool[] marked = new bool[_nodes.Count];
        foreach (Expr root in roots) marked[root.Id] = true;
        for (int id = _nodes.Count - 1; id >= 0; id--)
        {
            if (!marked[id]) continue;
            foreach (Expr operand in _nodes[id].Operands) marked[operand.Id] = true;
        }

        return marked;
    }

    // a + x·W + h·U + b becomes one chain: the products start from the sum of the rest instead of from zero, and the
    // part that does not depend on the recurrence is summed before the loop.
    private void FoldSums()
    {
        for (int id = _nodes.Count - 1; id >= 0; id--)
        {
            Expr node = _nodes[id];
            if (!_live[id] || _absorbed[id] || node.Operation != Operation.Add) continue;
            List<Expr> values = [], products = [], inner = [];
            Flatten(node, values, products, inner);
            if (products.Count > 0)
            {
                foreach (Expr absorbed in inner.Concat(products)) _absorbed[absorbed.Id] = true;
                _sums.Add(node, new SumOfProducts(values, products));
                continue;
            }

            // a * b + c in one rounding.
            Expr? product = node.Operands.FirstOrDefault(operand => operand.Operation == Operation.Multiply && IsOnlyUse(operand, node));
            if (product is not null) _absorbed[product.Id] = true;
        }
    }

    private void Flatten(Expr sum, List<Expr> values, List<Expr> products, List<Expr> inner)
    {
        foreach (Expr operand in sum.Operands)
        {
            bool single = _uses[operand.Id] == 1;
            if (single && operand.Operation == Operation.Add)
            {
                inner.Add(operand);
                Flatten(operand, values, products, inner);
            }
            else if (single && operand.Operation is Operation.Dot or Operation.DotTransposed)
            {
                products.Add(operand);
            }
            else
            {
                values.Add(operand);
            }
        }
    }

    private bool IsOnlyUse(Expr operand, Expr user) => _uses[operand.Id] == 1 && _pass[operand.Id] == _pass[user.Id];

    private void Emit(Expr node)
    {
        Pass pass = _pass[node.Id];
        switch (node.Operation)
        {
            case Operation.Input or Operation.Noise or Operation.State or Operation.Weight or Operation.OutputGradient or Operation.StateGradient
                or Operation.Slice or Operation.Zero or Operation.FusedOutput or Operation.FusedInputGradient:
                break;
            case Operation.Add when _sums.TryGetValue(node, out SumOfProducts? sum):
                EmitSum(node, sum);
                break;
            case Operation.Add when node.Operands.FirstOrDefault(operand => _absorbed[operand.Id]) is { } product:
                Expr addend = ReferenceEquals(node.Operands[0], product) ? node.Operands[1] : node.Operands[0];
                Record(pass, new Draft(node, Instruction.MultiplyAdd, [product.Operands[0], product.Operands[1], addend]));
                break;
            case Operation.Dot:
                Record(pass, new Draft(node, Instruction.Product, [node.Operands[0], node.Operands[1]]) { ProductOf = node });
                break;
            case Operation.DotTransposed:
                Record(pass, new Draft(node, Instruction.ProductTransposed, [node.Operands[0], node.Operands[1]]) { ProductOf = node });
                break;
            case Operation.Fused or Operation.FusedGradient:
                foreach (Expr block in FusedBlocks(node)) _contiguous.Add(block);
                Record(pass, new Draft(node, node.Operation == Operation.Fused ? Instruction.FusedForward : Instruction.FusedBackward, FusedReads(node)));
                break;
            case Operation.Concat:
                Record(pass, new Draft(node, Instruction.Copy, node.Operands));
                break;
            default:
                Record(pass, new Draft(node, Enum.Parse<Instruction>(node.Operation.ToString()), node.Operands));
                break;
        }
    }

    private void EmitSum(Expr node, SumOfProducts sum)
    {
        Pass pass = _pass[node.Id];
        bool backward = node.Id >= _firstBackward;
        Pass before = backward ? Pass.BackwardBefore : Pass.ForwardBefore;
        Expr[] earlyProducts = [.. sum.Products.Where(product => _pass[product.Id] == before)];
        Expr[] products = [.. sum.Products.Where(product => _pass[product.Id] != before)];
        List<Expr> values = [.. sum.Values];
        Value? start = null;
        if (pass != before && earlyProducts.Length > 0)
        {
            Expr[] earlyValues = [.. values.Where(value => value.IsWeight || _pass[value.Id] == before)];
            values.RemoveAll(earlyValues.Contains);
            start = Chain(before, null, earlyValues, earlyProducts, new Value(node.Columns));
        }
        else
        {
            products = [.. sum.Products];
        }

        if (products.Length == 0 && values.Count == 0) throw new InvalidOperationException("A sum outside the loop has no recurrent term.");
        Chain(pass, start, values, products, new Value(node));
    }

    /// <summary>start + values + products, each step into a new place, the last into <paramref name="destination"/>.</summary>
    private Value Chain(Pass pass, Value? start, IReadOnlyList<Expr> values, IReadOnlyList<Expr> products, Value destination)
    {
        Value? sum = start;
        int remaining = values.Count + products.Count;
        // Row vectors first: a bias alone is a product's start without any copy.
        foreach (Expr value in values.OrderBy(value => value.IsWeight ? 0 : 1))
        {
            remaining--;
            if (sum is null)
            {
                sum = new Value(value);
                continue;
            }

            Value target = remaining == 0 ? destination : new Value(destination.Columns);
            Record(pass, new Draft(target, Instruction.Add, [sum, new Value(value)]));
            sum = target;
        }

        foreach (Expr product in products)
        {
            remaining--;
            Value target = remaining == 0 ? destination : new Value(destination.Columns);
            Instruction instruction = product.Operation == Operation.Dot ? Instruction.Product : Instruction.ProductTransposed;
            List<Value> operands = [new Value(product.Operands[0]), new Value(product.Operands[1])];
            if (sum is not null) operands.Add(sum);
            Record(pass, new Draft(target, instruction, operands) { ProductOf = product });
            sum = target;
        }

        return sum!;
    }

    private void Record(Pass pass, Draft draft)
    {
        draft.Pass = pass;
        draft.Target.Pass = draft.Target.Node is null ? pass : _pass[draft.Target.Node.Id];
        _drafts[(int)pass].Add(draft);
    }

    // What another pass reads must be kept for every step.
    private void MarkSequences()
    {
        foreach (Draft draft in _drafts.SelectMany(drafts => drafts))
        {
            foreach (Value value in draft.Operands)
            {
                if (value.Node is null) value.Sequence |= value.Pass != draft.Pass || !IsLoop(draft.Pass);
                else MarkRead(value.Node, draft.Pass);
            }

            if (draft.Target.Node is null) draft.Target.Sequence |= !IsLoop(draft.Pass);
        }

        foreach (Expr node in _nodes)
        {
            if (_live[node.Id] && !IsLoop(_pass[node.Id])) _sequence[node.Id] = true;
        }

        MarkRead(_step.Output, null);
        if (_inputGradient is not null) MarkRead(_inputGradient, null);
        foreach (WeightGradient weight in _gradient.WeightGradients)
        {
            MarkRead(weight.Gradient, null);
            if (weight.Left is not null) MarkRead(weight.Left, null);
        }

        // Read in the loop's Copy at its end or by the next step.
        foreach (Expr state in _step.NewState) MarkRead(state, Pass.ForwardLoop);
        foreach (Expr? state in _gradient.StateGradients)
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

        if (_pass[node.Id] != reader) _sequence[node.Id] = true;
    }

    private static bool IsLoop(Pass pass) => pass is Pass.ForwardLoop or Pass.BackwardLoop;

    private BufferPlan[] PlaceLeavesAndState(BufferPlan outputGradient)
    {
        _input = new BufferPlan(BufferKind.Input, _step.Input.Columns);
        SetPlace(_step.Input, new Place(_input, 0, 0, null));
        SetPlace(_gradient.OutputGradient, new Place(outputGradient, 0, 0, null));
        foreach (Expr node in _nodes)
        {
            if (node.Operation == Operation.Weight) SetPlace(node, new Place(null, 0, 0, node));
        }

        foreach (Expr noise in new[] { _step.InputNoise, _step.StateNoise }.OfType<Expr>())
            SetPlace(noise, new Place(NewBuffer(BufferKind.Sequence, noise.Columns), 0, 0, null));

        _state = new BufferPlan[_step.State.Length];
        BufferPlan[] gradients = new BufferPlan[_step.State.Length];
        for (int i = 0; i < _state.Length; i++)
        {
            _state[i] = NewBuffer(BufferKind.State, _step.State[i].Columns);
            SetPlace(_step.State[i], new Place(_state[i], 0, 0, null));
            gradients[i] = NewBuffer(BufferKind.Alternating, _step.State[i].Columns);
            SetPlace(_gradient.NewStateGradients[i], new Place(gradients[i], 0, 1, null));
        }

        for (int i = 0; i < _state.Length; i++)
        {
            Settle(_step.NewState[i], new Place(_state[i], 0, 1, null), Pass.ForwardLoop);
            if (_gradient.StateGradients[i] is { } gradient) Settle(gradient, new Place(gradients[i], 0, 0, null), Pass.BackwardLoop);
        }

        return gradients;
    }

    /// <summary>Lets a value be computed right where it must end up, or has it copied there at the end of the loop.</summary>
    private void Settle(Expr value, Place place, Pass loop)
    {
        bool direct = IsComputed(value) && _places[value.Id].IsNone && _pass[value.Id] == loop
            && (place.Buffer!.Kind == BufferKind.State || !_sequence[value.Id]);
        if (direct) SetPlace(value, place);
        else Record(loop, new Draft(new Value(value.Columns) { Place = place }, Instruction.Copy, [new Value(value)]) { StateGradientCopy = loop == Pass.BackwardLoop });
    }

    private static bool IsComputed(Expr node) => node.Operation is not
        (Operation.Input or Operation.Noise or Operation.State or Operation.Weight or Operation.OutputGradient or Operation.StateGradient or Operation.Slice or Operation.Zero);

    private void PlaceTheRest()
    {
        // Outer concatenations first, so that inner ones find their place in them.
        for (int id = _nodes.Count - 1; id >= 0; id--)
        {
            Expr node = _nodes[id];
            if (!_live[id] || _absorbed[id] || node.Operation != Operation.Concat) continue;
            if (_places[id].IsNone) SetPlace(node, new Place(NewBuffer(BufferKind.Step, node.Columns), 0, 0, null));
            Place place = _places[id];
            if (_sequence[id]) Widen(place);
            int column = place.Column;
            foreach (Expr part in node.Operands)
            {
                bool inPlace = IsComputed(part) && _places[part.Id].IsNone && _pass[part.Id] == _pass[id] && !_contiguous.Contains(part)
                    && !(place.Buffer!.Kind == BufferKind.Alternating && _sequence[part.Id]);
                if (inPlace)
                {
                    SetPlace(part, place with { Column = column });
                    if (_sequence[part.Id]) Widen(place);
                }

                column += part.Columns;
            }
        }

        foreach (Expr node in _nodes)
        {
            if (!_live[node.Id] || _absorbed[node.Id] || node.Operation is Operation.Slice or Operation.FusedGradient || !_places[node.Id].IsNone) continue;
            SetPlace(node, new Place(NewBuffer(BufferKind.Step, node.Columns), 0, 0, null));
            if (_sequence[node.Id] || node.Operation == Operation.Fused) Widen(_places[node.Id]);
        }
    }

    private static void Widen(Place place)
    {
        if (place.Buffer!.Kind == BufferKind.Step) place.Buffer.Kind = BufferKind.Sequence;
    }

    private Place OutputPlace()
    {
        Place place = Resolve(_step.Output);
        if (place.Buffer!.Kind is BufferKind.Sequence or BufferKind.State) return place;
        Place copy = new(NewBuffer(BufferKind.Sequence, _step.Output.Columns), 0, 0, null);
        Record(Pass.ForwardAfter, new Draft(new Value(_step.Output.Columns) { Place = copy }, Instruction.Copy, [new Value(_step.Output)]));
        return copy;
    }

    private WeightGradientPlan[] PlanWeightGradients()
    {
        List<Expr> written = [];
        List<WeightGradientPlan> plans = [];
        foreach (WeightGradient weight in _gradient.WeightGradients)
        {
            plans.Add(new WeightGradientPlan
            {
                Weight = weight.Weight,
                Left = weight.Left is null ? Place.None : Resolve(weight.Left),
                Gradient = Resolve(weight.Gradient),
                Accumulate = written.Exists(other => Overlap(other, weight.Weight)),
                ZeroAtZeroState = weight.Left is not null && IsZeroAtZeroState(weight.Left),
            });
            written.Add(weight.Weight);
        }

        return [.. plans];
    }

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

    private static IEnumerable<Expr> FusedReads(Expr node) =>
        node.Operation == Operation.Fused ? node.Operands : [.. node.Operands[0].Operands, .. node.Operands];

    // Everything a kernel touches must have rows without gaps.
    private IEnumerable<Expr> FusedBlocks(Expr node) =>
        _nodes.Where(other => other.Operation is Operation.FusedOutput or Operation.FusedInputGradient && ReferenceEquals(other.Operands[0], node));

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
        ? _stateGradientOnly[node.Id]
        : draft.ProductOf is { } product && _stateGradientOnly[product.Id];

    private IEnumerable<InstructionPlan> LowerConcat(Expr concat)
    {
        Place place = _places[concat.Id];
        int column = place.Column;
        foreach (Expr part in concat.Operands)
        {
            Place target = place with { Column = column };
            column += part.Columns;
            if (part.Operation == Operation.Zero || Resolve(part) == target) continue;
            yield return new InstructionPlan { Instruction = Instruction.Copy, Destination = target, A = Resolve(part), Columns = part.Columns };
        }
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
            OnlyForStateGradient = !forward && _stateGradientOnly[node.Id],
        });
        return copies;

        Place Contiguous(Expr value)
        {
            Place place = Resolve(value);
            if (place.Buffer is { Kind: not BufferKind.Input } buffer && buffer.Columns == value.Columns) return place;
            Place copy = new(NewBuffer(IsLoop(draft.Pass) ? BufferKind.Step : BufferKind.Sequence, value.Columns), 0, 0, null);
            copies.Add(new InstructionPlan { Instruction = Instruction.Copy, Destination = copy, A = place, Columns = value.Columns });
            return copy;
        }
    }

    /// <summary>A kernel's output block; one that nobody reads still needs a place to be written to.</summary>
    private Place FusedBlock(Expr node, int index, int width)
    {
        foreach (Expr other in _nodes)
        {
            if (_live[other.Id] && other.Operation is Operation.FusedOutput or Operation.FusedInputGradient && other.Index == index && ReferenceEquals(other.Operands[0], node))
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

    private sealed record SumOfProducts(IReadOnlyList<Expr> Values, IReadOnlyList<Expr> Products);
}
