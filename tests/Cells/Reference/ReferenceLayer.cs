using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Cells.Tests.Reference;

/// <summary>A layer over time in float64: its traced equations forward, their derivative backward.</summary>
internal sealed class ReferenceLayer
{
    private readonly StepEquations _step;
    private readonly StepGradient _gradient;
    private readonly int _features;

    /// <summary>Traces a layer by its equations, never by its own kernels.</summary>
    public ReferenceLayer(Layer layer, int features)
    {
        StepEquations step = Tracer.Of(layer, features, preferFused: false);
        _gradient = Differentiation.Of(step, step.Output);
        _step = _gradient.Step;
        _features = features;
    }

    public IReadOnlyList<WeightDescription> Weights => _step.Weights;

    public IReadOnlyList<StateSlot> Slots => _step.Slots;

    public int OutputWidth => _step.Output.Columns;

    /// <summary>Zero state, <c>[slots][rows * width]</c>.</summary>
    public double[][] ZeroState(int rows) => [.. Slots.Select(slot => new double[rows * slot.Width])];

    /// <summary>Runs all steps.</summary>
    /// <param name="weights">By name.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="inputs"><c>[time steps][rows * features]</c>.</param>
    /// <param name="initialState"><c>[slots][rows * width]</c>.</param>
    public ReferencePass Forward(IReadOnlyDictionary<string, double[]> weights, int rows, double[][] inputs, double[][] initialState)
    {
        double[][] state = initialState;
        List<ReferenceInterpreter> steps = [];
        foreach (double[] input in inputs)
        {
            ReferenceInterpreter values = new(_step.Trace, rows, weights) { [_step.Inputs[0]] = input };
            for (int slot = 0; slot < state.Length; slot++) values[_step.State[slot]] = state[slot];
            values.Run(0, _gradient.OutputGradient.Id);
            state = [.. _step.NewState.Select(next => values[next])];
            steps.Add(values);
        }

        return new ReferencePass { Rows = rows, Outputs = [.. steps.Select(values => values[_step.Output])], FinalState = state, Steps = [.. steps] };
    }

    /// <summary>Back-propagation through time.</summary>
    /// <param name="pass">The forward pass; can be used once.</param>
    /// <param name="outputGradients"><c>[time steps][rows * width]</c>.</param>
    /// <param name="finalStateGradients"><c>[slots][rows * width]</c>.</param>
    public ReferenceGradients Backward(ReferencePass pass, double[][] outputGradients, double[][] finalStateGradients)
    {
        Dictionary<string, double[]> weightGradients = _step.Weights.ToDictionary(weight => weight.Name, weight => new double[weight.Count]);
        double[][] inputGradients = new double[pass.Steps.Length][];
        double[][] stateGradients = finalStateGradients;
        for (int t = pass.Steps.Length - 1; t >= 0; t--)
        {
            ReferenceInterpreter values = pass.Steps[t];
            values[_gradient.OutputGradient] = outputGradients[t];
            for (int slot = 0; slot < stateGradients.Length; slot++) values[_gradient.NewStateGradients[slot]] = stateGradients[slot];
            values.Run(_gradient.OutputGradient.Id, _step.Trace.Expressions.Count);

            inputGradients[t] = _gradient.InputGradients[0] is { } input ? values[input] : new double[pass.Rows * _features];
            stateGradients = [.. _gradient.StateGradients.Select((state, slot) =>
                state is null ? new double[pass.Rows * Slots[slot].Width] : values[state])];
            foreach (WeightGradient part in _gradient.WeightGradients)
                Accumulate(weightGradients[part.Weight.Weight!.Name], part, values, pass.Rows);
        }

        return new ReferenceGradients { Inputs = inputGradients, InitialState = stateGradients, Weights = weightGradients };
    }

    private static void Accumulate(double[] sum, WeightGradient part, ReferenceInterpreter values, int rows)
    {
        Expr view = part.Weight;
        double[] gradient = values[part.Gradient];
        for (int row = 0; row < rows; row++)
        {
            for (int k = 0; k < view.Rows; k++)
            {
                double left = part.Left is null ? 1 : values[part.Left][row * part.Left.Columns + k];
                for (int column = 0; column < view.Columns; column++)
                    sum[(view.RowIndex + k) * view.Weight!.Columns + view.Index + column] += left * gradient[row * view.Columns + column];
            }
        }
    }
}
