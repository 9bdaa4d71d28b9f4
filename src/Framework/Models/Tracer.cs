using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Framework.Models;

/// <summary>Runs a layer's equations once, on symbols, and checks what they yield.</summary>
internal static class Tracer
{
    /// <summary>Traces a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputFeatures">Width of its input.</param>
    /// <param name="preferFused">Whether a cell's hand-written kernels stand in for its equations.</param>
    public static TracedStep Of(Layer layer, int inputFeatures, bool preferFused) => layer switch
    {
        RecurrentLayer recurrent => OfCell(recurrent.Cell, recurrent.Name!, inputFeatures, preferFused, recurrent.Dropout > 0, recurrent.RecurrentDropout > 0),
        DenseLayer dense => OfDense(dense, inputFeatures),
        _ => throw new ResearchException($"Layer '{layer.Name}': this engine does not know layers of type {layer.GetType().Name}."),
    };

    public static TracedStep OfCell(ICell cell, string layerName, int inputFeatures, bool preferFused, bool dropsInput = false, bool dropsState = false)
    {
        string owner = $"Cell '{cell.Name}' of layer '{layerName}'";
        IReadOnlyList<StateSlot> slots = cell.State;
        if (slots.Count == 0) throw new ResearchException($"{owner}: a cell needs at least one state slot; use a dense layer for a function without state.");
        if (slots.Select(slot => slot.Name).Distinct().Count() != slots.Count)
            throw new ResearchException($"{owner}: state slots need different names, got {string.Join(", ", slots.Select(slot => $"'{slot.Name}'"))}.");

        Trace trace = new(owner);
        CellScope scope = new(trace, layerName, inputFeatures, slots[0].Width);
        Expr input = new(trace, Operation.Input, Expr.Batch, inputFeatures, []);
        Expr[] state = [.. slots.Select((slot, index) => new Expr(trace, Operation.State, Expr.Batch, slot.Width, []) { Index = index })];
        Expr? inputNoise = dropsInput ? new Expr(trace, Operation.Noise, Expr.Batch, inputFeatures, []) : null;
        Expr? stateNoise = dropsState ? new Expr(trace, Operation.Noise, Expr.Batch, slots[0].Width, []) : null;
        Expr seen = inputNoise is null ? input : input * inputNoise;
        CellState cellState = new(owner, slots, stateNoise is null ? state : [state[0] * stateNoise, .. state[1..]]);
        CellStep step = preferFused && cell is IFusedCell fused
            ? fused.FusedStep(scope, seen, cellState)
            : cell.Step(scope, seen, cellState);

        if (step.State.Count != slots.Count)
            throw new ResearchException($"{owner}: the step must yield {slots.Count} new states ({string.Join(", ", slots.Select(slot => slot.Name))}), got {step.State.Count}.");
        for (int i = 0; i < slots.Count; i++)
            RequireBlock(step.State[i], $"new state '{slots[i].Name}'", slots[i].Width);
        RequireBlock(step.Output, "output", step.Output.Columns);

        return new TracedStep
        {
            Trace = trace,
            Input = input,
            Slots = slots,
            State = state,
            InputNoise = inputNoise,
            StateNoise = stateNoise,
            Output = step.Output,
            NewState = [.. step.State],
            Weights = scope.Weights,
        };

        void RequireBlock(Expr value, string what, int width)
        {
            if (value.IsWeight || value.Columns != width || !ReferenceEquals(value.Trace, trace))
                throw trace.Error(what, value, null, $"expected a block [batch, {width}] of this cell's equations");
        }
    }

    private static TracedStep OfDense(DenseLayer dense, int inputFeatures)
    {
        Trace trace = new($"Layer '{dense.Name}'");
        CellScope scope = new(trace, dense.Name!, inputFeatures, dense.Units);
        Expr input = new(trace, Operation.Input, Expr.Batch, inputFeatures, []);
        Expr sum = input.Dot(scope.Kernel("kernel", dense.Units));
        if (dense.UseBias) sum += scope.Bias("bias", dense.Units);
        Expr output = dense.Activation.Apply(sum);
        if (output.IsWeight || output.Columns != dense.Units)
            throw trace.Error($"activation '{dense.Activation.Name}'", output, null, $"expected [batch, {dense.Units}]");
        return new TracedStep
        {
            Trace = trace,
            Input = input,
            Slots = [],
            State = [],
            Output = output,
            NewState = [],
            Weights = scope.Weights,
        };
    }
}
