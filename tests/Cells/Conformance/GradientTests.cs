using Research.Cells.Tests.Reference;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Cells.Tests.Conformance;

/// <summary>
/// The differentiated equations against central differences, both in float64: two chunks of four steps, with the state
/// carried from one to the other in rows 0 and 2 and zeroed in row 1.
/// </summary>
[TestFixtureSource(typeof(CellsUnderTest), nameof(CellsUnderTest.All))]
public sealed class GradientTests
{
    private const int Units = 4, Features = 3, TimeSteps = 4, Rows = 3, ResetRow = 1;

    private readonly ReferenceLayer _layer;
    private readonly Dictionary<string, double[]> _weights;
    private readonly double[][] _firstInputs = Numbers.Uniform("first", TimeSteps, Rows * Features);
    private readonly double[][] _secondInputs = Numbers.Uniform("second", TimeSteps, Rows * Features);
    private readonly double[][] _initialState;
    private readonly double[][] _outputWeights;
    private readonly double[][] _stateWeights;

    public GradientTests(CellDescriptor descriptor)
    {
        _layer = new ReferenceLayer(StepEquations.OfCell(descriptor.Create(Units), "layer", Features));
        _weights = Numbers.Weights(_layer.Weights);
        _initialState = [.. _layer.Slots.Select(slot => Numbers.Uniform(slot.Name, Rows * slot.Width))];
        _outputWeights = Numbers.Uniform("output", 2 * TimeSteps, Rows * _layer.OutputWidth);
        _stateWeights = [.. _layer.Slots.Select(slot => Numbers.Uniform($"final/{slot.Name}", Rows * slot.Width))];
    }

    [Test]
    public void Weights_EqualCentralDifferences()
    {
        ReferenceGradients first = Gradients(out ReferenceGradients second);
        foreach (WeightDescription weight in _layer.Weights)
        {
            double[] both = [.. first.Weights[weight.Name].Zip(second.Weights[weight.Name], (a, b) => a + b)];
            AssertGradient(weight.Name, _weights[weight.Name], both);
        }
    }

    [Test]
    public void Inputs_EqualCentralDifferences()
    {
        ReferenceGradients first = Gradients(out ReferenceGradients second);
        for (int t = 0; t < TimeSteps; t++)
        {
            AssertGradient($"first chunk, step {t}", _firstInputs[t], first.Inputs[t]);
            AssertGradient($"second chunk, step {t}", _secondInputs[t], second.Inputs[t]);
        }
    }

    [Test]
    public void InitialState_EqualsCentralDifferences()
    {
        ReferenceGradients first = Gradients(out _);
        for (int slot = 0; slot < _layer.Slots.Count; slot++)
            AssertGradient(_layer.Slots[slot].Name, _initialState[slot], first.InitialState[slot]);
    }

    private ReferenceGradients Gradients(out ReferenceGradients second)
    {
        ReferencePass firstPass = _layer.Forward(_weights, Rows, _firstInputs, _initialState);
        ReferencePass secondPass = _layer.Forward(_weights, Rows, _secondInputs, WithoutResetRow(firstPass.FinalState));
        second = _layer.Backward(secondPass, _outputWeights[TimeSteps..], _stateWeights);
        return _layer.Backward(firstPass, _outputWeights[..TimeSteps], WithoutResetRow(second.InitialState));
    }

    private double Loss()
    {
        ReferencePass first = _layer.Forward(_weights, Rows, _firstInputs, _initialState);
        ReferencePass second = _layer.Forward(_weights, Rows, _secondInputs, WithoutResetRow(first.FinalState));
        double loss = 0;
        foreach ((double[] values, double[] weights) in first.Outputs.Concat(second.Outputs).Zip(_outputWeights).Concat(second.FinalState.Zip(_stateWeights)))
            loss += values.Zip(weights, (value, weight) => value * weight).Sum();
        return loss;
    }

    private static double[][] WithoutResetRow(double[][] state) =>
        [.. state.Select(block =>
        {
            double[] copy = [.. block];
            int width = block.Length / Rows;
            Array.Clear(copy, ResetRow * width, width);
            return copy;
        })];

    private void AssertGradient(string what, double[] parameter, double[] gradient)
    {
        const double Step = 1e-5;
        double[] differences = new double[parameter.Length];
        for (int i = 0; i < parameter.Length; i++)
        {
            double value = parameter[i];
            parameter[i] = value + Step;
            double above = Loss();
            parameter[i] = value - Step;
            double below = Loss();
            parameter[i] = value;
            differences[i] = (above - below) / (2 * Step);
        }

        double scale = differences.Max(Math.Abs), error = gradient.Zip(differences, (a, b) => Math.Abs(a - b)).Max();
        Assert.That(scale, Is.GreaterThan(1e-6), $"{what} has no influence, so that nothing is tested");
        Assert.That(error / scale, Is.LessThan(1e-6), what);
    }
}
