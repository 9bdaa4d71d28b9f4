using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Framework.Tests.Models;

public class ModelTests
{
    [Test]
    public void Of_UnnamedLayers_AreCalledByKindAndCount()
    {
        Model model = Model.Of(
            Layers.Recurrent(new LstmCell(), returnSequences: true), Layers.Recurrent(new LstmCell()), Layers.Dense(8), Layers.Dense(2));
        Assert.That(Names(model), Is.EqualTo((string[])["lstm_1", "lstm_2", "dense_1", "dense_2"]));
    }

    [Test]
    public void Of_NamedLayers_KeepTheirNamesAndCount()
    {
        Model model = Model.Of(Layers.Dense(8) with { Name = "encoder" }, Layers.Dense(8), Layers.Dense(2) with { Name = "head" });
        Assert.That(Names(model), Is.EqualTo((string[])["encoder", "dense_2", "head"]));
    }

    [Test]
    public void Of_LeavesItsArgumentsAlone()
    {
        DenseLayer dense = Layers.Dense(8);
        _ = Model.Of(dense);
        Assert.That(dense.Name, Is.Null);
    }

    [Test]
    public void Of_SameNameTwice_IsRefused()
    {
        Assert.That(() => Model.Of(Layers.Dense(8) with { Name = "head" }, Layers.Dense(2) with { Name = "head" }).Graph(1),
            Throws.TypeOf<ResearchException>().With.Message.Contains("'head'"));
        Assert.That(() => Model.Of(Layers.Dense(8) with { Name = "dense_2" }, Layers.Dense(2)).Graph(1),
            Throws.TypeOf<ResearchException>().With.Message.Contains("'dense_2'"), "a given name may not take a default one");
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("encoder/forward")]
    [TestCase("@state")]
    public void Of_NameThatFilesCannotKeep_IsRefused(string name) =>
        Assert.That(() => Model.Of(Layers.Dense(8), Layers.Dense(2) with { Name = name }).Graph(1),
            Throws.TypeOf<ResearchException>().With.Message.StartsWith("Layer 2:").And.Message.EndsWith($"got '{name}'."));

    [Test]
    public void Of_NoLayers_IsRefused() =>
        Assert.That(() => Model.Of(), Throws.TypeOf<ResearchException>().With.Message.Contains("at least one layer"));

    [TestCase(0)]
    [TestCase(-3)]
    public void Dense_WithoutUnits_IsRefused(int units) =>
        Assert.That(() => Layers.Dense(units), Throws.TypeOf<ResearchException>().With.Message.Contains($"got {units}"));

    [Test]
    public void Dense_Defaults_AreKeras()
    {
        DenseLayer dense = Layers.Dense(8);
        Assert.That(dense.Activation, Is.SameAs(Activation.Linear));
        Assert.That(dense.UseBias, Is.True);
    }

    private static IEnumerable<string?> Names(Model model) => model.Graph(1).Layers.Select(layer => layer.Name);

    // Only its name matters here: the default one is the type's without "Cell".
    private sealed class LstmCell : ICell
    {
        public IReadOnlyList<StateSlot> State { get; } = [new("hidden", 2)];

        public CellStep Step(CellScope cell, Expr input, CellState state) => new(state["hidden"], state["hidden"]);
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Masking_ValueThatNoStepCanHave_IsRefused(float value) =>
        Assert.That(() => Layers.Masking(value), Throws.TypeOf<ResearchException>().With.Message.Contains("expected a finite value"));
}
