using System.Globalization;

namespace Research.Framework.Equations;

/// <summary>
/// One step as equations: leaves, results and the weights it declared. A cell's step has state; equations on the rows of one
/// or more inputs have none. Immutable: nothing can be added to the equations of a finished step, and any number of models
/// may share one.
/// </summary>
public sealed class StepEquations
{
    private StepEquations? _withKernels;
    private StepReading? _reading;

    internal StepEquations(Trace trace, IReadOnlyList<Expr> inputs, IReadOnlyList<StateSlot> slots, IReadOnlyList<Expr> state, Expr output, IReadOnlyList<Expr> newState, IReadOnlyList<WeightDescription> weights)
    {
        Trace = trace;
        Inputs = inputs;
        Slots = slots;
        State = state;
        Output = output;
        NewState = newState;
        Weights = weights;
    }

    /// <summary>The cell whose step it is, so that an engine may have a kernel of its own for it; null for equations without state.</summary>
    public ICell? Cell { get; private init; }

    /// <summary>The inputs, each <c>[batch, features]</c>; at least one.</summary>
    public IReadOnlyList<Expr> Inputs { get; }

    /// <summary>Names and widths of the state; none for a step without state.</summary>
    public IReadOnlyList<StateSlot> Slots { get; }

    /// <summary>The state before the step, in the order of <see cref="Slots"/>, each <c>[batch, width]</c>.</summary>
    public IReadOnlyList<Expr> State { get; }

    /// <summary>What multiplies the first input, <c>[batch, features]</c>: 0 or 1 / (1 - rate) while training, else 1; null without dropout.</summary>
    public Expr? InputNoise { get; internal init; }

    /// <summary>The same for the first state slot.</summary>
    public Expr? StateNoise { get; internal init; }

    /// <summary>The output, <c>[batch, width]</c>.</summary>
    public Expr Output { get; }

    /// <summary>The state after the step, in the order of <see cref="Slots"/>.</summary>
    public IReadOnlyList<Expr> NewState { get; }

    /// <summary>The weights, in the order in which they were declared.</summary>
    public IReadOnlyList<WeightDescription> Weights { get; }

    /// <summary>
    /// The operations that <see cref="Evaluate"/> asks a reader for, each once, in order of use; reading weights aside. An engine that has
    /// none for one of them, e.g. a user's own <see cref="ElementwiseOperation"/>, refuses the model among its findings.
    /// </summary>
    public IReadOnlyList<Operation> UsedOperations => [.. Reading.Before.Concat(Reading.After).OrderBy(node => node.Id).Select(node => node.Operation).Distinct()];

    /// <summary>The equations as text, a line for each expression: equal where a step computes the same.</summary>
    internal string Listing => string.Join('\n',
    [
        .. Trace.Expressions.Select(node => string.Create(
            CultureInfo.InvariantCulture,
            $"#{node.Id} {node.Operation} {node.Weight?.Name} {node.RowIndex} {node.Index} {node.Scalar} [{node.Rows}, {node.Columns}] of {string.Join(' ', node.Operands.Select(operand => operand.Id))}")),
        string.Join(' ', ((Expr[])[Output, .. NewState]).Select(result => result.Id)),
    ]);

    internal Trace Trace { get; }

    internal StepReading Reading => _reading ??= new StepReading(this);

    /// <summary>The same step with a cell's hand-written kernels in place of its equations; itself where there are none.</summary>
    internal StepEquations WithKernels
    {
        get => _withKernels ?? this;
        private set => _withKernels = value;
    }

    /// <summary>A cell's step by its equations, never by kernels of its own.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="layerName">The layer's name, with which its weights' names begin, e.g. <c>lstm_1</c>.</param>
    /// <param name="inputFeatures">Width of the input; at least 1.</param>
    /// <exception cref="ResearchException">Shapes do not fit, or the step yields another state than the cell declares.</exception>
    /// <exception cref="UserCodeException">The cell threw; names it.</exception>
    public static StepEquations OfCell(ICell cell, string layerName, int inputFeatures) =>
        OfCell(cell, layerName, inputFeatures, dropsInput: false, dropsState: false);

    /// <summary>The equations of one output over the rows of one or more inputs: no state, the same at every time step.</summary>
    /// <param name="layerName">The layer's name, with which its weights' names begin, e.g. <c>dense_1</c>.</param>
    /// <param name="inputFeatures">Widths of the inputs; at least one. <see cref="CellScope.InputFeatures"/> is the first.</param>
    /// <param name="equations">From scope and inputs, each <c>[batch, features]</c>, to the output, <c>[batch, width]</c>.</param>
    /// <exception cref="ResearchException">There is no input, or shapes do not fit.</exception>
    public static StepEquations OfRows(string layerName, IReadOnlyList<int> inputFeatures, Func<CellScope, IReadOnlyList<Expr>, Expr> equations) =>
        OfRows($"Layer '{layerName}'", layerName, inputFeatures, equations);

    /// <summary>The same for what is no layer, which messages name as <paramref name="owner"/>.</summary>
    internal static StepEquations OfRows(string owner, string layerName, IReadOnlyList<int> inputFeatures, Func<CellScope, IReadOnlyList<Expr>, Expr> equations)
    {
        ArgumentNullException.ThrowIfNull(inputFeatures);
        ArgumentNullException.ThrowIfNull(equations);
        if (inputFeatures.Count == 0) throw new ResearchException($"{owner}: expected at least one input, got none.");
        Trace trace = new(owner);
        Expr[] inputs = [.. inputFeatures.Select((features, index) => Input(trace, features, index))];
        CellScope scope = new(trace, layerName, inputFeatures[0], stateWidth: 0);
        Expr output = Given(trace, UserCodeException.Guard(owner, () => equations(scope, [.. inputs])), "output");
        RequireBlock(trace, output, "output", output.Columns);
        trace.Seal();
        return new StepEquations(trace, inputs, [], [], output, [], scope.Weights);
    }

    /// <summary>Reads the step: asks <paramref name="operations"/> for one value after the other.</summary>
    /// <param name="operations">Who computes.</param>
    /// <param name="inputs">The inputs, each <c>[batch, features]</c>.</param>
    /// <param name="state">The state before the step, each <c>[batch, width]</c>; empty for a step without state.</param>
    /// <param name="inputNoise">What multiplies the first input; null for nothing.</param>
    /// <param name="stateNoise">What multiplies the first state slot; null for nothing.</param>
    /// <typeparam name="T">A value.</typeparam>
    /// <exception cref="ResearchException">There are more or fewer inputs or states than the step has, noise where it has none, or its step is a kernel without equations.</exception>
    public StepValues<T> Evaluate<T>(IStepOperations<T> operations, IReadOnlyList<T> inputs, IReadOnlyList<T> state, T? inputNoise = null, T? stateNoise = null)
        where T : class =>
        StatePart(operations, InputPart(operations, inputs, inputNoise), state, stateNoise);

    /// <summary>Reads what does not depend on the state, so that it need not be computed step by step.</summary>
    /// <param name="operations">Who computes.</param>
    /// <param name="inputs">The inputs, each <c>[batch, features]</c>, or the rows of all time steps.</param>
    /// <param name="noise">What multiplies the first input; null for nothing.</param>
    /// <typeparam name="T">A value.</typeparam>
    /// <exception cref="ResearchException">As <see cref="Evaluate"/>.</exception>
    public StepPart<T> InputPart<T>(IStepOperations<T> operations, IReadOnlyList<T> inputs, T? noise = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(inputs);
        T?[] values = new T?[Trace.Expressions.Count];
        Fill(values, "inputs", Inputs, inputs);
        Fill(values, "input", InputNoise, noise);
        Reading.ReadWeights(operations, values);
        foreach (Expr node in Reading.Before) values[node.Id] = Reading.Read(operations, node, values);
        return new StepPart<T>(this, Reading.Between.ToDictionary(node => node.Id, node => values[node.Id]!));
    }

    /// <summary>Reads the rest of the step.</summary>
    /// <param name="operations">Who computes.</param>
    /// <param name="part">What does not depend on the state, of this step's rows.</param>
    /// <param name="state">The state before the step, each <c>[batch, width]</c>.</param>
    /// <param name="noise">What multiplies the first state slot; null for nothing.</param>
    /// <typeparam name="T">A value.</typeparam>
    /// <exception cref="ResearchException">As <see cref="Evaluate"/>, or the part is of another step.</exception>
    public StepValues<T> StatePart<T>(IStepOperations<T> operations, StepPart<T> part, IReadOnlyList<T> state, T? noise = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(state);
        if (!ReferenceEquals(part.Step, this)) throw new ResearchException($"{Trace.Owner}: expected a part of this step, got one of {part.Step.Trace.Owner}.");
        T?[] values = new T?[Trace.Expressions.Count];
        part.CopyTo(values);
        Fill(values, "states", State, state);
        Fill(values, "state", StateNoise, noise);
        foreach (Expr node in Reading.After) values[node.Id] = Reading.Read(operations, node, values);
        return new StepValues<T>(Reading.Result(operations, Output, values), [.. NewState.Select(next => Reading.Result(operations, next, values))]);
    }

    /// <summary>The same step with its output as it is before its last operation, e.g. the logits before a softmax; null where it does not end in that operation.</summary>
    /// <param name="last">The operation, of one operand.</param>
    public StepEquations? Before(Operation last)
    {
        ArgumentNullException.ThrowIfNull(last);
        if (Output.Operation != last || last.Arity != 1 || Output.Operands[0].IsWeight) return null;
        return new StepEquations(Trace, Inputs, Slots, State, Output.Operands[0], NewState, Weights)
        {
            InputNoise = InputNoise,
            StateNoise = StateNoise,
            _withKernels = _withKernels?.Before(last),
        };
    }

    /// <summary>The shapes, e.g. <c>[batch, 3] -> [batch, 32]</c>.</summary>
    public override string ToString() => $"{string.Join(", ", Inputs)} -> {Output}";

    /// <summary>The same, with leaves for dropout where it is asked for.</summary>
    internal static StepEquations OfCell(ICell cell, string layerName, int inputFeatures, bool dropsInput, bool dropsState)
    {
        ArgumentNullException.ThrowIfNull(cell);
        StepEquations equations = OfStep(cell, cell.Step, layerName, inputFeatures, dropsInput, dropsState);
        if (cell is IFusedCell fused) equations.WithKernels = OfStep(cell, fused.FusedStep, layerName, inputFeatures, dropsInput, dropsState);
        return equations;
    }

    /// <summary>The same equations in a trace of their own, in which a derivative can be written: position by position.</summary>
    internal StepEquations Copy()
    {
        Trace trace = new(Trace.Owner);
        Expr[] copies = new Expr[Trace.Expressions.Count];
        foreach (Expr expression in Trace.Expressions) copies[expression.Id] = expression.CopyTo(trace, copies);
        return new StepEquations(trace, [.. Inputs.Select(Of)], Slots, [.. State.Select(Of)], Of(Output), [.. NewState.Select(Of)], Weights)
        {
            InputNoise = InputNoise is null ? null : Of(InputNoise),
            StateNoise = StateNoise is null ? null : Of(StateNoise),
        };

        Expr Of(Expr expression) => copies[expression.Id];
    }

    private static StepEquations OfStep(ICell cell, Func<CellScope, Expr, CellState, CellStep> write, string layerName, int inputFeatures, bool dropsInput, bool dropsState)
    {
        string owner = $"Cell '{UserCodeException.Guard($"Cell {cell.GetType().Name} of layer '{layerName}'", () => cell.Name)}' of layer '{layerName}'";
        IReadOnlyList<StateSlot>? given = UserCodeException.Guard(owner, () => cell.State);
        if (given is null || given.Contains(null!)) throw new ResearchException($"{owner}: expected state slots, got null.");
        StateSlot[] slots = [.. given];
        if (slots.Length == 0) throw new ResearchException($"{owner}: a cell needs at least one state slot; use a dense layer for a function without state.");
        if (slots.Select(slot => slot.Name).Distinct().Count() != slots.Length)
            throw new ResearchException($"{owner}: state slots need different names, got {string.Join(", ", slots.Select(slot => $"'{slot.Name}'"))}.");

        Trace trace = new(owner);
        CellScope scope = new(trace, layerName, inputFeatures, slots[0].Width);
        Expr input = Input(trace, inputFeatures, 0);
        Expr[] state = [.. slots.Select((slot, index) => new Expr(trace, Operations.State, Expr.Batch, slot.Width, []) { Index = index })];
        Expr? inputNoise = dropsInput ? new Expr(trace, Operations.Noise, Expr.Batch, inputFeatures, []) : null;
        Expr? stateNoise = dropsState ? new Expr(trace, Operations.Noise, Expr.Batch, slots[0].Width, []) : null;
        Expr seen = inputNoise is null ? input : input * inputNoise;
        CellState cellState = new(owner, slots, stateNoise is null ? state : [state[0] * stateNoise, .. state[1..]]);
        CellStep step = Given(trace, UserCodeException.Guard(owner, () => write(scope, seen, cellState)), "step");
        _ = Given(trace, step.Output, "output");
        _ = Given(trace, step.State, "new state");
        if (step.State.Count != slots.Length)
            throw new ResearchException($"{owner}: the step must yield {slots.Length} new states ({string.Join(", ", slots.Select(slot => slot.Name))}), got {step.State.Count}.");
        for (int i = 0; i < slots.Length; i++)
            RequireBlock(trace, Given(trace, step.State[i], $"new state '{slots[i].Name}'"), $"new state '{slots[i].Name}'", slots[i].Width);
        RequireBlock(trace, step.Output, "output", step.Output.Columns);
        trace.Seal();
        return new StepEquations(trace, [input], slots, state, step.Output, [.. step.State], scope.Weights)
        {
            Cell = cell,
            InputNoise = inputNoise,
            StateNoise = stateNoise,
        };
    }

    private void Fill<T>(T?[] values, string what, IReadOnlyList<Expr> leaves, IReadOnlyList<T> given)
    {
        if (given.Count != leaves.Count) throw new ResearchException($"{Trace.Owner}: expected {leaves.Count} {what} ({string.Join(", ", leaves)}), got {given.Count}.");
        for (int i = 0; i < given.Count; i++) values[leaves[i].Id] = given[i];
    }

    private void Fill<T>(T?[] values, string what, Expr? leaf, T? noise)
        where T : class
    {
        if (leaf is not null) values[leaf.Id] = noise;
        else if (noise is not null) throw new ResearchException($"{Trace.Owner}: got noise for its {what}, but it has no dropout there.");
    }

    private static Expr Input(Trace trace, int features, int index) => new(trace, Operations.Input, Expr.Batch, features, []) { Index = index };

    private static T Given<T>(Trace trace, T? value, string what)
        where T : class =>
        value ?? throw new ResearchException($"{trace.Owner}: expected equations for its {what}, got null.");

    private static void RequireBlock(Trace trace, Expr value, string what, int width)
    {
        if (value.IsWeight || value.Columns != width || !ReferenceEquals(value.Trace, trace))
            throw trace.Error(what, value, null, $"expected a block [batch, {width}] of these equations");
    }
}
