using Research.Cells;
using Research.Framework.Data;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>What random cases have found, each in a case of its own.</summary>
public sealed class FoundTests
{
    [Test]
    public void DropoutOfMinusZero_IsNone([Values] bool recurrent)
    {
        Assert.That(Run(recurrent, -0.0).Fingerprint, Is.EqualTo(Run(recurrent, 0).Fingerprint));
    }

    private static ExperimentResult Run(bool recurrent, double rate)
    {
        Layer layer = recurrent ? Layers.Recurrent(new LstmCell(2)) with { Dropout = rate, RecurrentDropout = rate } : Layers.Dropout(rate);
        ExperimentPlan plan = new()
        {
            Data = new Dataset
            {
                Description = "two",
                Samples = 2,
                Input = new() { TimeSteps = 1, Features = 1, Values = [0.5f, 1] },
                Target = new() { Width = 1, Values = [1, 0] },
            },
            Model = Model.Of(layer, Layers.Dense(1)),
            Training = new() { Epochs = 2, Loss = Loss.MeanSquaredError },
        };
        return new ExperimentRunner(TimeProvider.System).Run(new() { Experiment = "found", Cell = "lstm", Engine = new ManagedEngine(), Plan = plan, Seed = 1 });
    }
}
