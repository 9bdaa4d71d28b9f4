using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;

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
        Messages(Plan([0, 1, symbol, 3])),
        Has.Exactly(1).Contains("from 0 to 3").And.Exactly(1).Contains("at sample 1"));

    [Test]
    public void NotANumber_IsFoundWithItsSample() => Assert.That(
        Messages(Plan([0, 1, 2, float.NaN])), Has.Some.Contains("at sample 1"));

    [Test]
    public void WhatTheEngineRefuses_IsFound()
    {
        Finding[] findings = [.. PlanValidator.Findings(Plan([0, 1, 2, 3]), new Particular())];
        Assert.That(findings.Select(finding => finding.ToString()), Is.EqualTo(["no model of 3 nodes here"]));
        Assert.That(findings[0].Severity, Is.EqualTo(Severity.Warning));
    }

    // Weights that take seconds to draw are drawn once, by the run.
    [Test]
    public void Check_CompilesNothing()
    {
        ExperimentRun run = new() { Experiment = "experiment", Cell = "cell", Engine = new Particular(), Plan = Plan([0, 1, 2, 3]), Seed = 1 };
        Assert.That(new ExperimentRunner(TimeProvider.System).Check(run), Is.EqualTo(run.Plan.Model.Graph(run.Plan.Data).ParameterCount));
    }

    [Test]
    public void WrongShapeForAnInitializer_IsFound()
    {
        ExperimentPlan plan = Plan([0, 1, 2, 3]);
        plan = plan with { Model = Model.Of(new FunctionLayer("crooked", (model, input) => model.Map("", input, (scope, x) => x * scope.Bias("bias", x.Columns, Initializers.UnitForgetBias)))) };
        Assert.That(Messages(plan), Has.Some.Contains("multiple of 4"));
    }

    // Sizes that no array holds are refused before anything is trained, in one line each.
    [Test]
    public void Predictions_MoreThanAnArrayHolds_AreFound()
    {
        ExperimentPlan plan = Plan([0, 1, 2, 3]) with
        {
            Data = new() { Description = "many classes", Samples = 3, Input = new() { TimeSteps = 1, Features = 1, Values = [0, 1, 2] }, Target = new() { Width = 1_000_000_000, Classes = [0, 1, 2] } },
            Metrics = [Metric.Accuracy, Metric.R2, Metric.Of("own", _ => 0)],
        };
        Assert.That(Messages(plan), Has.Exactly(1).Contains("predictions of 'many classes': metrics 'r2', 'own' must have all of them at once, and [3, 1, 1000000000] numbers are more than an array holds"));
    }

    [TestCase(47, true, 1)]
    [TestCase(48, true, 0)]
    [TestCase(1, false, 0)]
    public void Predictions_MoreThanTheMachineHas_AreFound(long memory, bool whole, int findings)
    {
        // 2 samples of 2 steps, 3 classes at 4 bytes.
        ExperimentPlan plan = Plan([0, 1, 2, 3]).WithMetrics(whole ? [Metric.Accuracy, Metric.Of("own", _ => 0)] : [Metric.Accuracy, Metric.CrossEntropy]);
        string[] messages = [.. PlanValidator.Findings(plan, null, memory).Select(finding => finding.Message)];
        Assert.That(messages, Has.Length.EqualTo(findings).And.Exactly(findings).Contains("metric 'own' must have all of them at once, and [2, 2, 3] numbers take"));
    }

    [Test]
    public void BatchOfALayer_MoreThanAnArrayHolds_IsFound()
    {
        ExperimentPlan plan = Plan([0, 1, 2, 3]) with
        {
            Data = new() { Description = "repeated", Samples = 3, Input = new() { TimeSteps = 1, Features = 1, Values = [0, 1, 2] }, Target = new() { Width = 1, Values = [0, 1, 2] } },
            Model = Model.Of(Layers.Dense(1000), Layers.RepeatVector(1_000_000), Layers.LastStep(), Layers.Dense(1)),
            Training = new() { Loss = Loss.MeanSquaredError, BatchSize = 3 },
        };
        Assert.That(Messages(plan), Has.Some.Contains("[3, 1000000, 1000] numbers of layer"));
    }

    [Test]
    public void Weights_MoreThanAnArrayHolds_AreFound()
    {
        ExperimentPlan plan = Plan([0, 1, 2, 3]) with { Model = Model.Of(Layers.Dense(40_000), Layers.Dense(40_000), Layers.Dense(3, Activation.Softmax)) };
        string[] findings = [.. PlanValidator.Findings(plan, new ManagedEngine()).Select(finding => finding.Message)];
        Assert.That(findings, Has.Exactly(1).Contains("weights with what their training keeps are more than an array holds").And.Exactly(1).Contains("take fewer units"));
    }

    // Every layer's output fits an array, and what its step keeps for the way back does not.
    [TestCase(20_000, 64, 600, 0, "layer 'plain_1'")]
    [TestCase(200, 2, 2_000_000, 0, "layer 'plain_1'")]
    [TestCase(200, 1, 1400, 3000, "fewer earlier batches")]
    [TestCase(200, 1, 1400, 2, null)]
    public void StepsOfABatch_MoreThanAnArrayHolds_AreFound(int units, int batchSize, int steps, int earlierBatches, string? expected)
    {
        int samples = Math.Max(batchSize, earlierBatches);
        ExperimentPlan plan = Plan([0, 1, 2, 3]) with
        {
            Data = new() { Description = "long", Samples = samples, Input = new() { TimeSteps = steps, Features = 1, Values = new float[samples * steps] }, Target = new() { Width = 1, Values = new float[samples] } },
            Model = Model.Of(new RecurrentLayer(Plain(units)), Layers.Dense(1)),
            State = StatePolicy.ResetEachEpoch,
            Metrics = [],
            Training = new() { Loss = Loss.MeanSquaredError, Optimizer = new Sgd(), BatchSize = batchSize, EarlierBatches = earlierBatches, Shuffle = false },
        };
        string[] findings = [.. PlanValidator.Findings(plan, new ManagedEngine()).Select(finding => finding.Message)];
        if (expected is null) Assert.That(findings, Is.Empty);
        else Assert.That(findings, Has.Length.EqualTo(1).And.Exactly(1).Contains(expected).And.Exactly(1).Contains("more than an array holds"));
    }

    [Test]
    public void Batch_MoreThanTheMachineHas_IsFound()
    {
        ExperimentPlan plan = Plan([0, 1, 2, 3]);
        Assert.That(PlanValidator.Findings(plan, new ManagedEngine(1, memory: 100)).Select(finding => finding.Message), Has.Exactly(1).Contains("this machine has"));
        Assert.That(PlanValidator.Findings(plan, new ManagedEngine()), Is.Empty);
    }

    private static FunctionCell Plain(int units) => new("plain", [new StateSlot("hidden", units)], (cell, input, state) =>
    {
        Expr hidden = Functions.Tanh(input.Dot(cell.Kernel("kernel", units)) + state["hidden"].Dot(cell.RecurrentKernel("recurrent_kernel", units)));
        return new CellStep(hidden, hidden);
    });

    [TestCase(int.MaxValue)]
    [TestCase(1_000_000_000)]
    public void Epochs_MoreThanACurveHolds_AreFound(int epochs)
    {
        ExperimentPlan plan = Plan([0, 1, 2, 3]);
        Assert.That(Messages(plan with { Training = plan.Training with { Epochs = epochs } }), Has.Exactly(1).Contains("epochs: expected at most"));
    }

    private sealed class Particular : IEngine
    {
        public string Name => "particular";

        public IReadOnlyList<Finding> Findings(ModelGraph graph, Objective objective) =>
            [new(Severity.Warning, "model", FormattableString.Invariant($"no model of {graph.Nodes.Count} nodes here"))];

        public ICompiledModel Compile(ModelGraph graph, Objective objective, Seeds seeds, int threads, CancellationToken cancellation) => throw new AssertionException("Nothing is to be compiled.");
    }

    [Test]
    public void SeveralFindings_AreAllReported()
    {
        ExperimentPlan plan = Plan([0, 1, 2, 3]);
        plan = plan with
        {
            State = StatePolicy.Never,
            Training = plan.Training with { Shuffle = true, BatchSize = 0, Optimizer = new Adam { LearningRate = -1 } },
            Probes = [Probe.From("A", 3)],
        };
        IReadOnlyList<string> findings = Messages(plan);
        Assert.That(PlanValidator.Findings(plan).Select(finding => finding.Severity), Is.All.EqualTo(Severity.Error));
        Assert.That(PlanValidator.Findings(plan).Select(finding => finding.Subject), Is.EqualTo((string[])["training.optimizer", "training", "state", "probes.0"]));
        Assert.That(findings, Has.Some.Contains("shuffles"));
        Assert.That(findings, Has.Some.Contains("batch size"));
        Assert.That(findings, Has.Some.Contains("learning rate"));
        Assert.That(findings, Has.Some.Contains("not text"));
    }

    [Test]
    public void MetricsOfOneName_AreFound() => Assert.That(
        Messages(Plan([0, 1, 2, 3]) with { Metrics = [Metric.Accuracy, Metric.CrossEntropy, Metric.Of("accuracy", _ => 7)] }),
        Has.Length.EqualTo(1).And.Some.Contains("2 are called 'accuracy'"));

    [Test]
    public void MetricForOtherTargets_IsFoundBeforeTraining() => Assert.That(
        Messages(Plan([0, 1, 2, 3]) with { Metrics = [Metric.Accuracy, Metric.R2] }),
        Has.Length.EqualTo(1).And.Some.Contains("'r2': expected real-valued targets"));

    [Test]
    public void MetricThatCannotTakeMadeUpPredictions_IsLeftToTheRun() => Assert.That(
        Messages(Plan([0, 1, 2, 3]) with { Metrics = [Metric.Of("precision", _ => throw new DivideByZeroException())] }), Is.Empty);

    [Test]
    public void Validation_IsChecked()
    {
        ExperimentPlan plan = Plan([0, 1, 2, 3]);
        Assert.That(Messages(plan with { Training = new() { EarlyStopping = new(), ReduceOnPlateau = new() } }), Has.Length.EqualTo(2).And.Some.StartsWith("training: early stopping: it watches 'loss' of validation data, and there are none").And.Some.Contains("reduce on plateau"));
        Assert.That(Messages(plan with { Training = new() { EarlyStopping = new() { Metric = "accurcy" } }, ValidationData = plan.Data, Metrics = [Metric.Accuracy] }), Has.Length.EqualTo(1).And.Some.EqualTo("training: early stopping: Unknown metric 'accurcy'; did you mean 'accuracy'? Known: loss, accuracy"));
        Assert.That(Messages(plan with { Training = new() { EarlyStopping = new() { Metric = "accuracy", Patience = 0 } }, ValidationData = plan.Data, Metrics = [Metric.Accuracy] }), Is.EqualTo(["training: early stopping: patience: expected at least 1, got 0"]));
        Assert.That(Messages(plan with { Training = new() { ValidationShare = 0.5 }, Metrics = [Metric.Accuracy] }), Is.Empty);
        Assert.That(Messages(plan with { Training = new() { ValidationShare = 1.5 } }), Is.EqualTo(["training: validation share: expected a number above 0 and below 1, or none, got 1.5"]));
        Assert.That(Messages(plan with { Training = new() { ValidationShare = 0.1 } }), Has.Length.EqualTo(1).And.Some.Contains("leaves 2 to learn and 0 to validate with"));
        Assert.That(Messages(plan with { Training = new() { ValidationShare = 0.5, Shuffle = false }, State = StatePolicy.Never }), Has.Length.EqualTo(1).And.Some.Contains("cuts the data where state 'never' would carry on"));
        Assert.That(Messages(plan with { Training = new() { ValidationShare = 0.5 }, ValidationData = plan.Data }), Has.Length.EqualTo(1).And.Some.Contains("got both"));
        Dataset masked = new() { Description = "masked", Samples = 1, Input = new() { TimeSteps = 2, Features = 1, Values = [0, 1] }, Target = new() { TimeSteps = 2, Width = 3, Classes = [0, 1], Mask = [false, false] } };
        Assert.That(Messages(plan with { ValidationData = masked, Metrics = [Metric.Accuracy] }), Has.Length.EqualTo(2).And.Some.Contains("the mask of 'masked' leaves nothing").And.Some.StartsWith("the mask of target 'output' leaves no row of 'masked'"));
        Dataset narrow = new() { Description = "narrow", Samples = 1, Input = new() { TimeSteps = 2, Features = 1, Values = [0, 9] }, Target = new() { TimeSteps = 2, Width = 3, Classes = [0, 1] } };
        Assert.That(PlanValidator.Findings(plan with { ValidationData = narrow }).Single().Subject, Is.EqualTo("validation_data"));
    }

    [Test]
    public void MetricsOfSeveralOutputs_SayWhich()
    {
        InputBlock input = new() { TimeSteps = 1, Features = 1, Values = [0, 1] };
        ExperimentPlan plan = new()
        {
            Data = new Dataset { Description = "two", Samples = 2, Input = input, Targets = [new() { Name = "kind", Width = 2, Classes = [0, 1] }, new() { Name = "size", Width = 1, Values = [0, 1] }] },
            Model = Model.Build(model =>
            {
                model.Output("kind", model.Add(new DenseLayer(2) { Activation = Activation.Softmax }, model.Input()));
                model.Output("size", model.Add(new DenseLayer(1), model.Input()));
            }),
            Training = new() { Losses = [new("size", Loss.MeanSquaredError)], ValidationShare = 0.5, EarlyStopping = new() { Metric = "size/loss" } },
            Metrics = [Metric.Accuracy.For("kind"), Metric.R2.For("size")],
        };
        Assert.That(Messages(plan), Is.Empty);
        Assert.That(Messages(plan with { Metrics = [Metric.Accuracy] }), Has.Length.EqualTo(1).And.Some.Contains("metric 'accuracy': the model has the outputs 'kind', 'size'"));
        Assert.That(Messages(plan with { Metrics = [Metric.Accuracy.For("size")] }), Has.Length.EqualTo(1).And.Some.Contains("expected class targets"));
    }

    [Test]
    public void TargetThatNoOutputHas_IsNotJudged()
    {
        ExperimentPlan plan = Values(Loss.BinaryCrossEntropy, Activation.Sigmoid, 2, [0, 1, 1, 0]);
        TargetBlock other = new() { Name = "aux", Width = 1, Values = [-3, 6] };
        Dataset data = new() { Description = "two targets", Samples = 2, Input = plan.Data.Input, Targets = [other, plan.Data.Target] };
        Assert.That(Messages(plan with { Data = data, Metrics = [Metric.MeanSquaredError] }), Is.Empty);
    }

    [Test]
    public void MaskedTarget_IsNotJudged()
    {
        ExperimentPlan plan = Values(Loss.BinaryCrossEntropy, Activation.Sigmoid, 2, [0, 1, 1, 0]);
        Dataset Of(bool[] mask) => new() { Description = "masked", Samples = 2, Input = plan.Data.Input, Target = new() { Width = 2, Values = [0, 1, -1, float.NaN], Mask = mask } };
        Assert.That(Messages(plan with { Data = Of([true, false]) }), Is.Empty);
        Assert.That(Messages(plan with { Data = Of([true, true]) }), Has.Length.EqualTo(1).And.Some.Contains("expected finite values, got NaN at sample 1"));
    }

    [TestCase("binary_crossentropy", -0.5f, true)]
    [TestCase("binary_crossentropy", 1.5f, true)]
    [TestCase("binary_crossentropy", 1f, false)]
    [TestCase("categorical_crossentropy", -0.5f, true)]
    [TestCase("mean_squared_error", -0.5f, false)]
    public void TargetThatIsNoProbability_IsFoundWhereTheLossTakesItForOne(string loss, float target, bool found) => Assert.That(
        Messages(Values(Loss.All.Single(known => known.Name == loss), Activation.Sigmoid, 2, [0, 1, target, 0])),
        found ? Has.Length.EqualTo(1).And.Some.Contains($"'{loss}' needs targets from 0 to 1; 'values' has {FormattableString.Invariant($"{target}")} at sample 1") : Is.Empty);

    [Test]
    public void BinaryCrossEntropyOfALinearLayer_IsFound()
    {
        Assert.That(Messages(Values(Loss.BinaryCrossEntropy, Activation.Linear, 2, [0, 1, 1, 0])), Has.Length.EqualTo(1).And.Some.Contains("what 'dense_1' yields may lie outside of 0 to 1"));
        Assert.That(Messages(Values(Loss.MeanSquaredError, Activation.Linear, 2, [0, 1, 1, 0])), Is.Empty);
    }

    [Test]
    public void SoftmaxOverOneUnit_IsFound()
    {
        Assert.That(Messages(Values(Loss.BinaryCrossEntropy, Activation.Softmax, 1, [0, 1])), Has.Length.EqualTo(1).And.Some.Contains("is always 1"));
        Assert.That(Messages(Values(Loss.BinaryCrossEntropy, Activation.Sigmoid, 1, [0, 1])), Is.Empty);
    }

    [Test]
    public void WhatMakesNoDifference_IsAWarning()
    {
        ExperimentPlan plan = Plan([0, 1, 2, 3]);
        plan = plan with { Training = plan.Training with { EarlierBatches = 1, Optimizer = new Sgd { Nesterov = true } } };
        IReadOnlyList<Finding> findings = PlanValidator.Findings(plan);
        Assert.That(findings.Select(finding => finding.Severity), Is.All.EqualTo(Severity.Warning));
        Assert.That(findings.Select(finding => finding.Subject), Is.EqualTo((string[])["training.optimizer", "training.earlier_batches"]));
        Assert.That(findings[0].ToString(), Is.EqualTo(findings[0].Message).And.Contains("there is no momentum"));
        plan = plan with { State = StatePolicy.Never, Training = plan.Training with { Shuffle = false, Optimizer = new Sgd { Nesterov = true, Momentum = 0.5 } } };
        Assert.That(PlanValidator.Findings(plan), Is.Empty);
    }

    private static string[] Messages(ExperimentPlan plan) => [.. PlanValidator.Findings(plan).Select(finding => finding.Message)];

    private static ExperimentPlan Values(Loss loss, Activation activation, int width, float[] targets) => new()
    {
        Data = new Dataset { Description = "values", Samples = 2, Input = new() { TimeSteps = 1, Features = 1, Values = [0, 1] }, Target = new() { Width = width, Values = targets } },
        Model = Model.Of(Layers.Dense(width, activation)),
        Training = new() { Loss = loss },
    };

    private static ExperimentPlan Plan(float[] inputs) => new()
    {
        Data = new Dataset { Description = "symbols", Samples = 2, Input = new() { TimeSteps = 2, Features = 1, Values = inputs }, Target = new() { TimeSteps = 2, Width = 3, Classes = [0, 1, 2, 0] } },
        Model = Model.Of(Layers.Embedding(4, 2), Layers.Dense(3, Activation.Softmax)),
    };
}
