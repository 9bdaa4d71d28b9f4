using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Conformance;

/// <summary>A model around the cell under test.</summary>
/// <param name="Name">The name in test names.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Around">The model.</param>
public sealed record ModelShape(string Name, Loss Loss, Func<Func<int, ICell>, Model> Around)
{
    public static ModelShape LastStep { get; } = new(
        "classes at the last step",
        Loss.CategoricalCrossEntropy,
        cell => Model.Of(Recurrent(cell(6)), Dense(5, Activation.Softmax)));

    public static ModelShape EveryStep { get; } = new(
        "classes at every step",
        Loss.CategoricalCrossEntropy,
        cell => Model.Of(Recurrent(cell(6), returnSequences: true), Dense(5, Activation.Softmax)));

    public static IReadOnlyList<ModelShape> All { get; } =
    [
        LastStep,
        EveryStep,
        new("values of two cells, at every step", Loss.MeanSquaredError, cell => Model.Of(Recurrent(cell(5), returnSequences: true), Recurrent(cell(4), returnSequences: true), Dense(2))),
        new("values of two cells, at the last step", Loss.MeanSquaredError, cell => Model.Of(Recurrent(cell(17), returnSequences: true), Recurrent(cell(3)), Dense(2, Activation.Tanh))),
        new("the cell alone", Loss.MeanSquaredError, cell => Model.Of(Recurrent(cell(19)))),
    ];

    public override string ToString() => Name;
}
