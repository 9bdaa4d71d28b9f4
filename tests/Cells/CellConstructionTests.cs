using Research.Cells.Tests.Conformance;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Training;

namespace Research.Cells.Tests;

public sealed class CellConstructionTests
{
    [TestCaseSource(typeof(CellsUnderTest), nameof(CellsUnderTest.All))]
    public void UnitsBelowOne_AreRefused(CellDescriptor descriptor)
    {
        Assert.That(() => descriptor.Create(0), Throws.TypeOf<ResearchException>().With.Message.Contains("at least 1").And.Message.Contains("0"));
        Assert.That(() => descriptor.Create(-3), Throws.TypeOf<ResearchException>().With.Message.Contains("-3"));
    }

    [TestCaseSource(typeof(CellsUnderTest), nameof(CellsUnderTest.All))]
    public void UnitsOfWhichTheGatesWouldOverflow_AreRefused(CellDescriptor descriptor) =>
        Assert.That(() => descriptor.Create(1_500_000_000), Throws.TypeOf<ResearchException>().With.Message.EqualTo("State 'hidden': expected a width (units) of at most 16777216, got 1500000000."));

    [TestCase("lstm", "lstm", "hidden, cell")]
    [TestCase("gru", "gru", "hidden")]
    [TestCase("gru-v1", "gru_v1", "hidden")]
    [TestCase("simple-rnn", "simple_rnn", "hidden")]
    [TestCase("hand-rolled-lstm", "lstm", "hidden, cell")]
    [TestCase("hand-rolled-gru", "gru", "hidden")]
    [TestCase("made from a function", "leaky", "hidden")]
    public void NameAndState(string descriptor, string name, string state)
    {
        ICell cell = CellsUnderTest.All.Single(known => known.Name == descriptor).Create(4);
        Assert.That(cell.Name, Is.EqualTo(name));
        Assert.That(string.Join(", ", cell.State.Select(slot => slot.Name)), Is.EqualTo(state));
        Assert.That(cell.State.Select(slot => slot.Width), Is.All.EqualTo(4));
    }

    [Test]
    public void Initializers_AreTheOnesChosen()
    {
        LstmCell cell = new(4)
        {
            KernelInitializer = Initializers.Ones,
            RecurrentInitializer = Initializers.GlorotUniform,
            BiasInitializer = Initializers.Zeros,
        };
        foreach (ICell either in new ICell[] { cell, new HandRolledLstmCell(cell) })
        {
            Assert.That(
                StepEquations.OfCell(either, "layer", 2).WithKernels.Weights.Select(weight => weight.Initializer),
                Is.EqualTo(new[] { Initializers.Ones, Initializers.GlorotUniform, Initializers.Zeros }));
        }
    }

    [Test]
    public void HandRolled_RunsItsKernelOnlyForTheDefaultActivations()
    {
        Assert.That(RunsKernel(new HandRolledLstmCell(4)), Is.True);
        Assert.That(RunsKernel(new HandRolledGruCell(4)), Is.True);
        Assert.That(RunsKernel(new HandRolledLstmCell(new LstmCell(4) { Activation = Activation.Relu })), Is.False);
        Assert.That(RunsKernel(new HandRolledGruCell(new GruCell(4) { RecurrentActivation = Activation.HardSigmoid })), Is.False);

        static bool RunsKernel(ICell cell) =>
            StepEquations.OfCell(cell, "layer", 2).WithKernels.Trace.Expressions.Any(expression => expression.Operation == Operations.Fused);
    }

    [Test]
    public void FunctionCell_WithoutNameOrState_IsRefused()
    {
        Assert.That(() => new FunctionCell(" ", [new StateSlot("hidden", 1)], (_, _, state) => new CellStep(state["hidden"], state["hidden"])), Throws.TypeOf<ResearchException>().With.Message.Contains("name"));
        Assert.That(() => new FunctionCell("empty", [], (_, input, _) => new CellStep(input)), Throws.TypeOf<ResearchException>().With.Message.Contains("'empty'"));
    }

    [Test]
    public void WeightThatNoArrayCanHold_IsRefused() => Assert.That(
        () => new ManagedEngine().Compile(Model.Of(Layers.Recurrent(new LstmCell(10_000_000))), 1, new TrainingOptions(), new Seeds(7)),
        Throws.TypeOf<ResearchException>().With.Message.Contains("weight 'recurrent_kernel'").And.Message.Contains("take fewer units"));

    [TestCaseSource(typeof(CellsUnderTest), nameof(CellsUnderTest.All))]
    public void Settings_GivenTheirOwnValue_ChangeNothing(CellDescriptor descriptor)
    {
        ICell cell = descriptor.Create(4);
        string[] before = Shown(cell);
        foreach (Setting<ICell> setting in cell.Settings)
        {
            ICell same = setting.Set(setting.ToString());
            Assert.That(same.GetType(), Is.EqualTo(cell.GetType()));
            Assert.That(Shown(same), Is.EqualTo(before), setting.Name);
            Assert.That(same.State.Select(slot => slot.Width), Is.EqualTo(cell.State.Select(slot => slot.Width)));
        }

        if (before.Contains("use_bias=true")) Assert.That(Shown(cell.Settings.Single(setting => setting.Name == "use_bias").Set("false")), Does.Contain("use_bias=false"));
        Assert.That(Shown(cell), Is.EqualTo(before), "a setting sets a copy");
    }

    private static string[] Shown(ICell cell) => [.. cell.Settings.Select(setting => $"{setting.Name}={setting}")];
}
