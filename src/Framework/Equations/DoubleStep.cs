namespace Research.Framework.Equations;

/// <summary>
/// A step and its gradient in double: what an engine's results are held against, and a check of one's own equations. Values
/// are <c>[rows, columns]</c>.
/// </summary>
public sealed class DoubleStep
{
    private readonly StepGradient _gradient;
    private readonly StepReading _reading;

    /// <summary>A step in double.</summary>
    /// <param name="equations">The step.</param>
    public DoubleStep(StepEquations equations)
    {
        ArgumentNullException.ThrowIfNull(equations);
        Equations = equations;
        _gradient = Differentiation.Of(equations, equations.Output);
        _reading = new StepReading(_gradient.Step);
    }

    /// <summary>The step.</summary>
    public StepEquations Equations { get; }

    /// <summary>Runs the step.</summary>
    /// <param name="weights">The weights by name, row-major.</param>
    /// <param name="inputs">The inputs, each <c>[rows, features]</c>.</param>
    /// <param name="state">The state before the step, each <c>[rows, width]</c>; empty for a step without state.</param>
    /// <param name="inputNoise">What multiplies the first input; null for nothing. Only where the step has dropout.</param>
    /// <param name="stateNoise">What multiplies the first state slot; null for nothing. Only where the step has dropout.</param>
    /// <exception cref="ResearchException">Something is missing or has another shape.</exception>
    public DoubleStepPass Forward(IReadOnlyDictionary<string, double[]> weights, IReadOnlyList<double[,]> inputs, IReadOnlyList<double[,]> state, double[,]? inputNoise = null, double[,]? stateNoise = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(state);
        StepEquations step = _gradient.Step;
        if (inputs.Count == 0) throw new ResearchException($"{step.Trace.Owner}: expected {step.Inputs.Count} inputs, got none.");
        int rows = inputs[0].GetLength(0);
        DoubleOperations operations = new(rows, weights);
        double[,]?[] values = new double[step.Trace.Expressions.Count][,];
        Fill(values, "inputs", step.Inputs, inputs, rows);
        Fill(values, "states", step.State, state, rows);
        FillNoise(values, "input", step.InputNoise, inputNoise, rows);
        FillNoise(values, "state", step.StateNoise, stateNoise, rows);
        _reading.ReadWeights(operations, values);
        foreach (Expr node in _reading.Before.Concat(_reading.After)) values[node.Id] = _reading.Read(operations, node, values);
        StepValues<double[,]> results = new(_reading.Result(operations, step.Output, values), [.. step.NewState.Select(next => _reading.Result(operations, next, values))]);
        return new DoubleStepPass(this, operations, rows, values, results);
    }

    /// <summary>Runs the step's gradient.</summary>
    /// <param name="pass">The step, run.</param>
    /// <param name="outputGradient">The gradient of the output, <c>[rows, width]</c>.</param>
    /// <param name="newStateGradients">The gradients of the state after the step, each <c>[rows, width]</c>.</param>
    /// <exception cref="ResearchException">Something is missing or has another shape, or the pass is of another step.</exception>
    public DoubleStepGradients Backward(DoubleStepPass pass, double[,] outputGradient, IReadOnlyList<double[,]> newStateGradients)
    {
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentNullException.ThrowIfNull(outputGradient);
        ArgumentNullException.ThrowIfNull(newStateGradients);
        if (!ReferenceEquals(pass.Step, this)) throw new ResearchException($"{_gradient.Step.Trace.Owner}: expected a pass of this step, got one of {pass.Step.Equations.Trace.Owner}.");
        double[,]?[] values = [.. pass.Values];
        Fill(values, "gradient of the output", [_gradient.OutputGradient], [outputGradient], pass.Rows);
        Fill(values, "gradients of the states", _gradient.NewStateGradients, newStateGradients, pass.Rows);
        IReadOnlyList<Expr> nodes = _gradient.Step.Trace.Expressions;
        for (int id = _gradient.OutputGradient.Id; id < nodes.Count; id++) values[id] ??= _reading.Read(pass.Operations, nodes[id], values);

        Dictionary<string, double[]> weights = _gradient.Step.Weights.ToDictionary(weight => weight.Name, weight => new double[weight.Count]);
        foreach (WeightGradient part in _gradient.WeightGradients)
            Accumulate(weights[part.Weight.Weight!.Name], part.Weight, part.Left is null ? null : values[part.Left.Id], values[part.Gradient.Id]!);
        return new DoubleStepGradients(
            [.. _gradient.InputGradients.Select((gradient, index) => Of(gradient, _gradient.Step.Inputs[index]))],
            [.. _gradient.StateGradients.Select((gradient, index) => Of(gradient, _gradient.Step.State[index]))],
            weights);

        double[,] Of(Expr? gradient, Expr leaf) => gradient is null ? new double[pass.Rows, leaf.Columns] : values[gradient.Id]!;
    }

    private static void Accumulate(double[] sum, Expr view, double[,]? left, double[,] gradient)
    {
        for (int row = 0; row < gradient.GetLength(0); row++)
        {
            for (int k = 0; k < view.Rows; k++)
            {
                double factor = left is null ? 1 : left[left.GetLength(0) == 1 ? 0 : row, k];
                for (int column = 0; column < view.Columns; column++)
                    sum[(view.RowIndex + k) * view.Weight!.Columns + view.Index + column] += factor * gradient[row, column];
            }
        }
    }

    private void Fill(double[,]?[] values, string what, IReadOnlyList<Expr> leaves, IReadOnlyList<double[,]> given, int rows)
    {
        string owner = _gradient.Step.Trace.Owner;
        if (given.Count != leaves.Count) throw new ResearchException($"{owner}: {what}: expected {leaves.Count} ({string.Join(", ", leaves)}), got {given.Count}.");
        for (int i = 0; i < given.Count; i++)
        {
            if (given[i].GetLength(0) != rows || given[i].GetLength(1) != leaves[i].Columns)
                throw new ResearchException($"{owner}: {what}: expected [{rows}, {leaves[i].Columns}] at {i}, got [{given[i].GetLength(0)}, {given[i].GetLength(1)}].");
            values[leaves[i].Id] = given[i];
        }
    }

    // No noise is noise of ones, so that the gradient finds it.
    private void FillNoise(double[,]?[] values, string what, Expr? leaf, double[,]? noise, int rows)
    {
        if (leaf is null)
        {
            if (noise is not null) throw new ResearchException($"{_gradient.Step.Trace.Owner}: got noise for its {what}, but it has no dropout there.");
            return;
        }

        if (noise is null)
        {
            noise = new double[rows, leaf.Columns];
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < leaf.Columns; column++) noise[row, column] = 1;
            }
        }

        Fill(values, "noise of the " + what, [leaf], [noise], rows);
    }
}
