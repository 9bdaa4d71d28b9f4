using Research.Cells.HandRolled;
using Research.Framework.Equations;
using Research.Framework.Models;

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
        new("made from a function", units => new FunctionCell("leaky", [new StateSlot("hidden", units)], (cell, input, state) =>
        {
            Expr h = 0.75 * state["hidden"] + input.Dot(cell.Kernel("kernel", units, Initializers.GlorotUniform));
            return new CellStep(h, h);
        })),
    ];
}
