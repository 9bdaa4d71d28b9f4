using Research.Cells.Tests.Conformance;
using Research.Cells.Tests.Reference;
using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Cells.Tests;

/// <summary>The equations against Keras' definitions, written out as loops over single numbers; and Keras' weights.</summary>
public sealed class KerasDefinitionTests
{
    private const int Units = 3, Features = 2;

    private static readonly double[] Input = Numbers.Uniform("input", Features);
    private static readonly double[] Hidden = Numbers.Uniform("hidden", Units);
    private static readonly double[] Cell = Numbers.Uniform("cell", Units);

    [Test]
    public void SimpleRnn()
    {
        Step step = new(new SimpleRnnCell(Units), [Hidden]);
        for (int j = 0; j < Units; j++)
            Assert.That(step.Output[j], Is.EqualTo(Math.Tanh(step.X(j) + step.Bias(j) + step.H(j, Hidden))).Within(1e-14));
        Assert.That(step.State[0], Is.EqualTo(step.Output));
    }

    [Test]
    public void Lstm_GatesInOrderInputForgetCellOutput()
    {
        Step step = new(new LstmCell(Units), [Hidden, Cell]);
        for (int j = 0; j < Units; j++)
        {
            double Gate(int gate) => step.X(gate * Units + j) + step.Bias(gate * Units + j) + step.H(gate * Units + j, Hidden);
            double c = Sigmoid(Gate(1)) * Cell[j] + Sigmoid(Gate(0)) * Math.Tanh(Gate(2));
            Assert.That(step.State[1][j], Is.EqualTo(c).Within(1e-14));
            Assert.That(step.Output[j], Is.EqualTo(Sigmoid(Gate(3)) * Math.Tanh(c)).Within(1e-14));
        }

        Assert.That(step.State[0], Is.EqualTo(step.Output));
    }

    [Test]
    public void Gru_ResetAfterTheProduct_GatesInOrderUpdateResetCandidate()
    {
        Step step = new(new GruCell(Units), [Hidden]);
        for (int j = 0; j < Units; j++)
        {
            double FromInput(int gate) => step.X(gate * Units + j) + step.Bias(gate * Units + j);
            double FromState(int gate) => step.H(gate * Units + j, Hidden) + step.Bias(3 * Units + gate * Units + j);
            double z = Sigmoid(FromInput(0) + FromState(0)), r = Sigmoid(FromInput(1) + FromState(1));
            double g = Math.Tanh(FromInput(2) + r * FromState(2));
            Assert.That(step.Output[j], Is.EqualTo(z * Hidden[j] + (1 - z) * g).Within(1e-14));
        }

        Assert.That(step.State[0], Is.EqualTo(step.Output));
    }

    [Test]
    public void GruV1_ResetBeforeTheProduct_GatesInOrderUpdateResetCandidate()
    {
        Step step = new(new GruV1Cell(Units), [Hidden]);
        double Gate(int gate, int j, double[] hidden) => step.X(gate * Units + j) + step.Bias(gate * Units + j) + step.H(gate * Units + j, hidden);
        double[] kept = [.. Hidden.Select((h, j) => Sigmoid(Gate(1, j, Hidden)) * h)];
        for (int j = 0; j < Units; j++)
        {
            double z = Sigmoid(Gate(0, j, Hidden));
            Assert.That(step.Output[j], Is.EqualTo(z * Hidden[j] + (1 - z) * Math.Tanh(Gate(2, j, kept))).Within(1e-14));
        }

        Assert.That(step.State[0], Is.EqualTo(step.Output));
    }

    [TestCase("lstm", "kernel [2, 12] glorot_uniform; recurrent_kernel [3, 12] orthogonal; bias [12] unit_forget_bias")]
    [TestCase("gru", "kernel [2, 9] glorot_uniform; recurrent_kernel [3, 9] orthogonal; bias [2, 9] zeros")]
    [TestCase("gru-v1", "kernel [2, 9] glorot_uniform; recurrent_kernel [3, 9] orthogonal; bias [9] zeros")]
    [TestCase("simple-rnn", "kernel [2, 3] glorot_uniform; recurrent_kernel [3, 3] orthogonal; bias [3] zeros")]
    [TestCase("hand-rolled-lstm", "kernel [2, 12] glorot_uniform; recurrent_kernel [3, 12] orthogonal; bias [12] unit_forget_bias")]
    [TestCase("hand-rolled-gru", "kernel [2, 9] glorot_uniform; recurrent_kernel [3, 9] orthogonal; bias [2, 9] zeros")]
    public void Weights_InKerasOrderAndLayout(string name, string expected)
    {
        ICell cell = CellsUnderTest.All.Single(descriptor => descriptor.Name == name).Create(Units);
        IEnumerable<string> weights = StepEquations.OfCell(cell, "layer", Features).WithKernels.Weights
            .Select(weight => $"{weight.Name["layer/".Length..]} [{string.Join(", ", weight.Shape)}] {weight.Initializer}");
        Assert.That(string.Join("; ", weights), Is.EqualTo(expected));
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>One step of one row, and the products that its definition is made of.</summary>
    private sealed class Step
    {
        private readonly Dictionary<string, double[]> _weights;
        private readonly int _columns;

        public Step(ICell cell, double[][] state)
        {
            ReferenceLayer layer = new(StepEquations.OfCell(cell, "layer", Features));
            _weights = Numbers.Weights(layer.Weights);
            _columns = layer.Weights[0].Shape[1];
            ReferencePass pass = layer.Forward(_weights, 1, [Input], state);
            Output = pass.Outputs[0];
            State = pass.FinalState;
        }

        public double[] Output { get; }

        public double[][] State { get; }

        public double Bias(int index) => _weights["layer/bias"][index];

        public double X(int column) => Column("layer/kernel", column, Input);

        public double H(int column, double[] hidden) => Column("layer/recurrent_kernel", column, hidden);

        private double Column(string weight, int column, double[] left) =>
            left.Select((value, row) => value * _weights[weight][row * _columns + column]).Sum();
    }
}
