using Research.Framework.Equations;
using static Research.Framework.Equations.Functions;

namespace Research.Cells.Tests.Conformance;

/// <summary>The one list over which every conformance test runs. A new cell is one line here.</summary>
public static class CellsUnderTest
{
    public static IReadOnlyList<CellDescriptor> All { get; } =
    [
        new("lstm", units => new LstmCell(units)),
        new("gru", units => new GruCell(units)),
        new("gru-v1", units => new GruV1Cell(units)),
        new("simple-rnn", units => new SimpleRnnCell(units)),
        new("hand-rolled-lstm", units => new HandRolledLstmCell(units)),
        new("hand-rolled-gru", units => new HandRolledGruCell(units)),
        new("lstm, no bias, hard sigmoid, relu", units => new LstmCell(units) { UseBias = false, RecurrentActivation = Activation.HardSigmoid, Activation = Activation.Relu }),
        new("gru, no bias, Keras 2's hard sigmoid", units => new GruCell(units) { UseBias = false, RecurrentActivation = Activation.HardSigmoidKeras2 }),
        new("gru-v1, no bias, softmax candidate", units => new GruV1Cell(units) { UseBias = false, Activation = Activation.Softmax }),
        new("simple-rnn, no bias, linear", units => new SimpleRnnCell(units) { UseBias = false, Activation = Activation.Linear }),
        new("hand-rolled-lstm, no bias", units => new HandRolledLstmCell(new LstmCell(units) { UseBias = false })),
        new("hand-rolled-gru, relu", units => new HandRolledGruCell(new GruCell(units) { Activation = Activation.Relu })),
        new("made up of every operation", units => new MadeUpCell(units)),
        new("activations of sums and products", units => new FunctionCell("gates", [new StateSlot("hidden", units)], (cell, input, state) =>
        {
            Expr x = input.Dot(cell.Kernel("kernel", 3 * units)) + cell.Bias("bias", 3 * units, Initializers.GlorotUniform), h = state["hidden"];
            Expr a = x.Part(0, parts: 3), b = x.Part(1, parts: 3), c = x.Part(2, parts: 3);
            Expr sums = Sigmoid(a + h) * Tanh(b + h) * Relu(c + h);
            Expr products = Sigmoid(a * h) * Tanh(b * h) + Relu(c * h);
            Expr both = Sigmoid(a * h + b) * Tanh(b * h + c) * Relu(c * h + a);
            Expr next = Tanh(sums + products) + 0.5 * both;
            return new CellStep(next, next);
        })),
        new("with an operation that the framework does not know", units => new FunctionCell("cubed", [new StateSlot("hidden", units)], (cell, input, state) =>
        {
            Expr h = Tanh(AddedOperation.Cube(input.Dot(cell.Kernel("kernel", units)) + state["hidden"].Dot(cell.RecurrentKernel("recurrent_kernel", units))) + state["hidden"]);
            return new CellStep(h, h);
        })),
        new("made from a function", units => new FunctionCell("leaky", [new StateSlot("hidden", units)], (cell, input, state) =>
        {
            Expr h = 0.75 * state["hidden"] + input.Dot(cell.Kernel("kernel", units, Initializers.GlorotUniform));
            return new CellStep(h, h);
        })),
    ];
}
