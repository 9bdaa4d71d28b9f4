using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Tests.Experiments;

/// <summary>What is wrong with a plan is found before anything runs, all of it at once.</summary>
public sealed class PlanValidatorTests
{
    [Test]
    public void GoodPlan_HasNoFindings() => Assert.That(PlanValidator.Findings(Plan([0, 1, 2, 3])), Is.Empty);

    [TestCase(4f)]
    [TestCase(-1f)]
    [TestCase(1.5f)]
    public void Embedding_SymbolOutOfRange_IsFound(float symbol) => Assert.That(
        PlanValidator.Findings(Plan([0, 1, symbol, 3])),
        Has.Exactly(1).Contains("from 0 to 3").And.Exactly(1).Contains("at sample 1"));

    [Test]
    public void NotANumber_IsFoundWithItsSample() => Assert.That(
        PlanValidator.Findings(Plan([0, 1, 2, float.NaN])), Has.Some.Contains("at sample 1"));

    [Test]
    public void SeveralFindings_AreAllReported()
    {
        ExperimentPlan plan = Plan([0, 1, 2, 3]);
        plan = plan with
        {
            State = StatePolicy.Never,
            Training = plan.Training with { Shuffle = true, BatchSize = 0, Optimizer = new Adam { LearningRate = -1 } },
            Probes = [Generate.From("A", 3)],
        };
        IReadOnlyList<string> findings = PlanValidator.Findings(plan);
        Assert.That(findings, Has.Some.Contains("shuffles"));
        Assert.That(findings, Has.Some.Contains("batch size"));
        Assert.That(findings, Has.Some.Contains("learning rate"));
        Assert.That(findings, Has.Some.Contains("not text"));
    }

    private static ExperimentPlan Plan(float[] inputs) => new()
    {
        Data = new FramedDataset { Description = "symbols", Samples = 2, TimeSteps = 2, Features = 1, Inputs = inputs, TargetSteps = 2, TargetWidth = 3, TargetClasses = [0, 1, 2, 0] },
        Model = Model.Of(Layers.Embedding(4, 2), Layers.Dense(3, Activation.Softmax)),
    };
}
