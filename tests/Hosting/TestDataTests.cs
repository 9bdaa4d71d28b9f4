using Research.Cells;
using Research.Datasets.Framers;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Training;
using static Research.Datasets.Sources.Alphabet;

namespace Research.Framework.Hosting.Tests;

/// <summary>Samples that are evaluated without having been learnt.</summary>
public sealed class TestDataTests
{
    private static readonly FramedDataset s_learnt = new OneStepFramer().Frame(Latin);

    [Test]
    public void TestData_IsEvaluatedAndNotLearnt()
    {
        ExperimentResult usual = Run(Plan()), tested = Run(Plan() with { TestData = Reversed(3) });
        Assert.That(tested.Fingerprint, Is.EqualTo(usual.Fingerprint));
        Assert.That(tested.EpochLosses, Is.EqualTo(usual.EpochLosses));
        Assert.That(tested.Predictions.Select(prediction => prediction.Input), Is.EqualTo(new[] { "C", "B", "A" }));
        Assert.That(tested.Predictions.Select(prediction => prediction.Predicted), Is.EqualTo(usual.Predictions.Take(3).Reverse().Select(prediction => prediction.Predicted)));
        double right = tested.Predictions.Count(prediction => prediction.Predicted == prediction.Expected);
        Assert.That(tested.Metrics.Single().Value, Is.EqualTo(right / 3));
    }

    [Test]
    public void TestData_IsCheckedAndShown()
    {
        ExperimentPlan plan = Plan() with { TestData = new TimeStepsFramer(3).Frame(Latin) };
        Assert.That(PlanFields.Of(plan).Single(field => field.Path == "test_data.time_steps").ToString(), Is.EqualTo("3"));
        Assert.That(PlanValidator.Findings(plan), Is.Empty);
        plan = plan with { TestData = new FeatureWindowFramer(3).Frame(Latin) };
        Assert.That(PlanValidator.Findings(plan), Has.Exactly(1).Contains("expected 1 features").And.Exactly(1).Contains("got 3"));
        plan = plan with { TestData = new FramedDataset { Description = "short", Samples = 1, TimeSteps = 1, Features = 1, Inputs = [], TargetWidth = 26, TargetClasses = [0] } };
        Assert.That(PlanValidator.Findings(plan), Has.Some.Contains("'short' cannot be used"));
    }

    private static ExperimentPlan Plan() => new()
    {
        Data = s_learnt,
        Model = Model.Of(Layers.Recurrent(new LstmCell(16)), Layers.Dense(26, Activation.Softmax)),
        Training = new() { Epochs = 20, BatchSize = 5, Optimizer = new Adam { LearningRate = 0.05 } },
        Metrics = [Metric.Accuracy],
    };

    private static ExperimentResult Run(ExperimentPlan plan) =>
        new ExperimentRunner(new ManagedEngine(), TimeProvider.System).Run("test", "lstm", plan, new Seeds(7));

    private static FramedDataset Reversed(int samples) => new()
    {
        Description = "the first letters in reverse",
        Samples = samples,
        TimeSteps = 1,
        Features = 1,
        Inputs = [.. s_learnt.Inputs.Take(samples).Reverse()],
        TargetWidth = 26,
        TargetClasses = [.. s_learnt.TargetClasses!.Take(samples).Reverse()],
        Text = s_learnt.Text,
        InputLabels = [.. s_learnt.InputLabels!.Take(samples).Reverse()],
    };
}
