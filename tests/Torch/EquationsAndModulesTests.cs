using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Torch.Tests;

/// <summary>Torch against the built-in engine, from equal weights.</summary>
public sealed class EquationsAndModulesTests
{
    private const int Steps = 100;

    // Each registered one, whichever there are, and some with other options.
    private static readonly ICell[] s_cells =
    [
        .. new ServiceCollection().AddResearchCells().Select(service => service.ImplementationInstance).OfType<CellRegistration>().Select(cell => cell.Create(8)),
        new LstmCell(8) { UseBias = false }, new GruCell(8) { UseBias = false },
    ];

    private static IEnumerable<TestCaseData> Cells() =>
        s_cells.SelectMany((cell, index) => new[] { true, false }.Select(modules => new TestCaseData(cell, modules).SetName(FormattableString.Invariant($"{cell.Name} {index} {(modules ? "modules" : "equations")}"))));

    [TestCaseSource(nameof(Cells))]
    public void HundredSteps_EndAlike(ICell cell, bool modules)
    {
        Dataset data = Torches.Classes(12, 6, 3, 4, targetSteps: 1);
        ModelGraph graph = Model.Of(Layers.Recurrent(cell), Layers.Dense(4, Activation.Softmax)).Graph(data);
        Objective objective = new();
        using ICompiledModel managed = new ManagedEngine().Compile(graph, objective, new Seeds(3)), torch = (modules ? Torches.Modules : Torches.Equations).Compile(graph, objective, new Seeds(3));
        RecurrentState ofManaged = managed.CreateState(), ofTorch = torch.CreateState();
        Batch batch = new(data, 4) { Rows = 4 };
        for (int step = 0; step < Steps; step++)
        {
            for (int row = 0; row < 4; row++) batch.Samples[row] = (4 * step + row) % data.Samples;
            Assert.That(torch.TrainBatch(batch, ofTorch).Loss, Is.EqualTo(managed.TrainBatch(batch, ofManaged).Loss).Within(5e-6), $"loss of step {step}");
        }

        foreach (WeightDescription weight in graph.Weights)
            Assert.That(torch.GetWeight(weight.Name), Is.EqualTo(managed.GetWeight(weight.Name)).Within(1e-6f), weight.Name);
    }

    // libtorch's LSTM was seen to be silently wrong for many widths where no gradient is asked for.
    [Test]
    public void Modules_PredictAsEquations_AtEveryWidth([Values("lstm", "gru")] string kind)
    {
        for (int units = 1; units <= 130; units++)
        {
            ICell cell = kind == "lstm" ? new LstmCell(units) : new GruCell(units);
            Dataset data = Torches.Classes(3, 5, 2, 2, targetSteps: 1);
            ModelGraph graph = Model.Of(Layers.Recurrent(cell, returnSequences: true)).Graph(data);
            using ICompiledModel modules = Torches.Modules.Compile(graph, new Objective { Loss = Loss.MeanSquaredError }, new Seeds(1)), managed = new ManagedEngine().Compile(graph, new Objective { Loss = Loss.MeanSquaredError }, new Seeds(1));
            Batch batch = new(data, 3) { Rows = 3 };
            (batch.Samples[1], batch.Samples[2]) = (1, 2);
            Assert.That(modules.PredictBatch(batch, modules.CreateState()).All[0].Values, Is.EqualTo(managed.PredictBatch(batch, managed.CreateState()).All[0].Values).Within(2e-6f), $"{units} units");
        }
    }
}
