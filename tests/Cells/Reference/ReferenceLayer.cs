using Research.Cells.Tests.Conformance;
using Research.Framework.Equations;

namespace Research.Cells.Tests.Reference;

/// <summary>A layer over time in float64: its equations forward, their derivative backward.</summary>
internal sealed class ReferenceLayer
{
    private readonly StepEquations _equations;
    private readonly DoubleStep _step;

    /// <summary>Takes a node by its equations, never by its own kernels.</summary>
    public ReferenceLayer(StepEquations equations)
    {
        _equations = equations;
        _step = new DoubleStep(_equations);
    }

    public IReadOnlyList<WeightDescription> Weights => _equations.Weights;

    public IReadOnlyList<StateSlot> Slots => _equations.Slots;

    public int OutputWidth => _equations.Output.Columns;

    /// <summary>Zero state, <c>[slots][rows * width]</c>.</summary>
    public double[][] ZeroState(int rows) => [.. Slots.Select(slot => new double[rows * slot.Width])];

    /// <summary>Runs all steps.</summary>
    /// <param name="weights">By name.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="inputs"><c>[time steps][rows * features]</c>.</param>
    /// <param name="initialState"><c>[slots][rows * width]</c>.</param>
    public ReferencePass Forward(IReadOnlyDictionary<string, double[]> weights, int rows, double[][] inputs, double[][] initialState)
    {
        IReadOnlyList<double[,]> state = [.. initialState.Select(slot => Numbers.Block(slot, rows))];
        List<DoubleStepPass> steps = [];
        foreach (double[] input in inputs)
        {
            steps.Add(_step.Forward(weights, [Numbers.Block(input, rows)], state));
            state = steps[^1].State;
        }

        return new ReferencePass
        {
            Rows = rows,
            Outputs = [.. steps.Select(step => Numbers.Flat(step.Output))],
            FinalState = [.. state.Select(Numbers.Flat)],
            Steps = [.. steps],
        };
    }

    /// <summary>Back-propagation through time.</summary>
    /// <param name="pass">The forward pass.</param>
    /// <param name="outputGradients"><c>[time steps][rows * width]</c>.</param>
    /// <param name="finalStateGradients"><c>[slots][rows * width]</c>.</param>
    public ReferenceGradients Backward(ReferencePass pass, double[][] outputGradients, double[][] finalStateGradients)
    {
        Dictionary<string, double[]> weights = Weights.ToDictionary(weight => weight.Name, weight => new double[weight.Count]);
        double[][] inputs = new double[pass.Steps.Length][];
        IReadOnlyList<double[,]> state = [.. finalStateGradients.Select(slot => Numbers.Block(slot, pass.Rows))];
        for (int t = pass.Steps.Length - 1; t >= 0; t--)
        {
            DoubleStepGradients gradients = _step.Backward(pass.Steps[t], Numbers.Block(outputGradients[t], pass.Rows), state);
            inputs[t] = Numbers.Flat(gradients.Inputs[0]);
            state = gradients.State;
            foreach ((string name, double[] sum) in weights)
            {
                for (int i = 0; i < sum.Length; i++) sum[i] += gradients.Weights[name][i];
            }
        }

        return new ReferenceGradients { Inputs = inputs, InitialState = [.. state.Select(Numbers.Flat)], Weights = weights };
    }
}
