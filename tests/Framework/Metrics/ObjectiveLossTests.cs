using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Tests.Metrics;

/// <summary>The loss of predictions is the training's of a model that does not change.</summary>
public sealed class ObjectiveLossTests
{
    private const int Samples = 7, Steps = 2, Width = 3;

    private static readonly Seeds Seeds = new(3);

    private static readonly Loss Own = new FunctionLoss("own", (output, target, weight) => weight * Functions.Mean(Functions.Square(output - target) * (target + 1)));

    private static IEnumerable<Loss> AllLosses => [.. Loss.All, Loss.Huber(0.3), Own];

    private static readonly TrainingOptions Still = new() { Epochs = 1, BatchSize = 3, Optimizer = new Sgd { LearningRate = 1e-30 } };

    [Test]
    public void Loss_IsThatOfTraining(
        [ValueSource(nameof(AllLosses))] Loss loss, [Values] Last last, [Values] bool classes, [Values] bool masked, [Values] bool weighted)
    {
        if (classes ? !loss.IsCrossEntropy && loss != Own : loss == Loss.SparseCategoricalCrossEntropy) return;
        TrainingOptions options = Still with { Loss = loss };
        Activation activation = last == Last.Softmax ? Activation.Softmax : last == Last.Sigmoid ? Activation.Sigmoid : Positive;
        ICompiledModel model = new ManagedEngine().Compile(Model.Of(Layers.Dense(Width, activation)), 2, options, Seeds);
        Dataset data = Data([Target("output", classes, masked, weighted)]);
        double trained = new TrainingRun(model, options, StatePolicy.Stateless, Seeds).Train(data).EpochLosses.Single();
        Predictions predictions = Evaluation.Predict(model, data, StatePolicy.Stateless, 4)[0];
        Assert.That(ObjectiveLoss.Of(loss, predictions), Is.EqualTo(trained).Within(1e-6));
        Assert.That(Evaluation.Evaluate(model, data, StatePolicy.Stateless, 4, []), Is.EqualTo(new[] { new MetricValue("loss", ObjectiveLoss.Of(loss, predictions)) }));
    }

    [Test]
    public void SeveralOutputs_AddUpWithTheirWeights_AndPenalties([Values] bool masked)
    {
        TrainingOptions options = Still with
        {
            Losses = [new("kind", Loss.CategoricalCrossEntropy) { Weight = 0.5 }, new("size", Loss.MeanAbsoluteError) { Weight = 2 }],
            WeightRules = [new() { Pattern = "*/kernel", L2 = 0.25 }, new() { Pattern = "first/*", L2 = 0.5 }],
        };
        Model description = Model.Build(model =>
        {
            Flow input = model.Input();
            model.Output("kind", model.Add(new DenseLayer(Width) { Name = "first", Activation = Activation.Softmax }, input));
            model.Output("size", model.Add(new DenseLayer(Width) { Name = "second" }, input));
        });
        Dataset data = Data([Target("kind", classes: true, masked, weighted: true), Target("size", classes: false, masked: false, weighted: false)]);
        ICompiledModel model = new ManagedEngine().Compile(description.Graph(data), options.Objective, Seeds);
        List<EpochEnd> ends = [];
        TrainingSummary summary = new TrainingRun(model, options, StatePolicy.Stateless, Seeds)
        {
            Validation = data,
            Metrics = [Metric.Accuracy.For("kind"), Metric.MeanAbsoluteError.For("size")],
            Observers = [new Watcher(ends.Add)],
        }.Train(data);

        Assert.That(summary.Curves.Select(curve => curve.Name), Is.EqualTo(
        [
            "training/loss", "training/kind/loss", "training/size/loss",
            "validation/loss", "validation/kind/loss", "validation/size/loss", "validation/kind/accuracy", "validation/size/mean_absolute_error",
        ]));
        foreach (string name in new[] { "loss", "kind/loss", "size/loss" })
            Assert.That(summary.Curve("validation/" + name).Single(), Is.EqualTo(summary.Curve("training/" + name).Single()).Within(1e-6), name);
        IReadOnlyList<Predictions> predictions = Evaluation.Predict(model, data, StatePolicy.Stateless, 4);
        double squares = model.GetWeight("first/kernel").Sum(value => 0.75 * value * value) + model.GetWeight("second/kernel").Sum(value => 0.25 * value * value);
        double expected = 0.5 * ObjectiveLoss.Of(Loss.CategoricalCrossEntropy, predictions[0]) + 2 * Metric.MeanAbsoluteError.Evaluate(predictions[1]) + squares;
        Assert.That(summary.EpochLosses.Single(), Is.EqualTo(expected).Within(1e-6));
        Assert.That(ObjectiveLoss.Of(options.Objective, predictions), Is.EqualTo(expected - EvaluationFigures.Penalty(model)).Within(1e-6));
        Assert.That(summary.Curve("validation/kind/accuracy").Single(), Is.EqualTo(Metric.Accuracy.Evaluate(predictions[0])));
        Assert.That(summary.Curve("validation/size/mean_absolute_error").Single(), Is.EqualTo(summary.Curve("validation/size/loss").Single()).Within(1e-12));
        Assert.That(ends.Single().OutputLosses, Is.EqualTo(new[] { new MetricValue("kind", summary.Curve("training/kind/loss")[0]), new MetricValue("size", summary.Curve("training/size/loss")[0]) }));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(Samples)]
    public void SeveralOutputs_EpochLossDoesNotDependOnTheBatchSize(int size)
    {
        TrainingOptions options = Still with { BatchSize = size, Loss = Loss.MeanSquaredError, WeightRules = [new() { Pattern = "*", L2 = 0.25 }] };
        Model description = Model.Build(model =>
        {
            Flow input = model.Input();
            model.Output("left", model.Add(new DenseLayer(Width), input));
            model.Output("right", model.Add(new DenseLayer(Width), input));
        });
        Dataset data = Data([Target("left", false, masked: true, weighted: false), Target("right", false, masked: false, weighted: true)]);
        ICompiledModel model = new ManagedEngine().Compile(description.Graph(data), options.Objective, Seeds);
        double expected = Evaluation.Evaluate(model, data, StatePolicy.Stateless, 2, [])[0].Value;
        Assert.That(new TrainingRun(model, options, StatePolicy.Stateless, Seeds).Train(data).EpochLosses.Single(), Is.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void SeveralOutputs_AMetricMustSayWhich()
    {
        Assert.That(EvaluationFigures.Findings(["kind", "size"], [Metric.Accuracy]).Single(), Is.EqualTo("metric 'accuracy': the model has the outputs 'kind', 'size'; say which one it judges, e.g. metric.For(\"kind\")"));
        Assert.That(EvaluationFigures.Findings(["kind", "size"], [Metric.Accuracy.For("sort")]).Single(), Is.EqualTo("metric 'sort/accuracy': the model has no output 'sort'; it has 'kind', 'size'"));
        Assert.That(EvaluationFigures.Findings(["kind", "size"], [Metric.Accuracy.For("kind"), Metric.Accuracy.For("size")]), Is.Empty);
        Assert.That(EvaluationFigures.Findings(["kind", "size"], [Metric.Of("size/loss", _ => 0).For("kind"), new Named("size/loss")]).Single(), Does.Contain("one is called 'size/loss', which is the objective's own figure"));
    }

    [Test]
    public void WhatDoesNotFit_IsRefused()
    {
        Dataset data = Data([Target("output", classes: true, masked: false, weighted: false)]);
        float[] values = new float[Samples * Steps * Width];
        Assert.That(() => ObjectiveLoss.Of(Loss.MeanSquaredError, new(data, data.Target, values)), Refused("needs real-valued targets"));
        Assert.That(() => ObjectiveLoss.Of(Loss.CategoricalCrossEntropy, new(data, data.Target, values)), Refused("Cross-entropy needs predictions that are probabilities"));
        Assert.That(() => ObjectiveLoss.Of(Loss.CategoricalCrossEntropy, new(data, data.Target, values[1..])), Refused("expected predictions [14, 3], got 41 values"));
        Assert.That(() => ObjectiveLoss.Of(Loss.CategoricalCrossEntropy, new(data, data.Target, values, new bool[Samples * Steps])), Refused("expected at least one row that counts, got none of 14"));
        Assert.That(() => ObjectiveLoss.Of(Loss.MeanSquaredError, new(data, new TargetBlock { Width = Width, TimeSteps = Steps }, values)), Refused("has none for output 'output'"));
        Array.Fill(values, float.NaN);
        Assert.That(ObjectiveLoss.Of(Loss.CategoricalCrossEntropy, new(data, data.Target, values)), Is.NaN);
    }

    [Test]
    public void OfManyRows_EquationsAreReadBlockByBlock()
    {
        Dataset data = new() { Description = "many", Samples = 1000, Input = new() { TimeSteps = 1, Features = 1, Values = new float[1000] }, Target = new() { Width = 1, Values = [.. Enumerable.Range(0, 1000).Select(i => (float)i)] } };
        Assert.That(ObjectiveLoss.Of(new FunctionLoss("target", (output, target, weight) => weight * Functions.Sum(target + output)), new(data, data.Target, new float[1000])), Is.EqualTo(499.5));
    }

    /// <summary>What the model ends in.</summary>
    public enum Last
    {
        Softmax,
        Sigmoid,
        Positive,
    }

    // Above 0 without being a probability that any check could tell.
    private static Activation Positive { get; } = new("positive", x => x * x / (x * x + 1) + 0.01);

    private static NUnit.Framework.Constraints.Constraint Refused(string message) => Throws.TypeOf<ResearchException>().With.Message.Contains(message);

    private static TargetBlock Target(string name, bool classes, bool masked, bool weighted)
    {
        Random random = Seeds.Stream(name);
        const int Rows = Samples * Steps;
        return new()
        {
            Name = name,
            TimeSteps = Steps,
            Width = Width,
            Classes = classes ? [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Width))] : null,
            Values = classes ? null : [.. Enumerable.Range(0, Rows * Width).Select(_ => random.NextSingle())],
            Mask = masked ? [.. Enumerable.Range(0, Rows).Select(row => row % 3 != 1)] : null,
            Weights = weighted ? [.. Enumerable.Range(0, Rows).Select(row => row % 4 / 2f)] : null,
        };
    }

    private static Dataset Data(IReadOnlyList<TargetBlock> targets)
    {
        Random random = Seeds.Stream("inputs");
        return new() { Description = "noise", Samples = Samples, Input = new() { TimeSteps = Steps, Features = 2, Values = [.. Enumerable.Range(0, Samples * Steps * 2).Select(_ => random.NextSingle())] }, Targets = targets };
    }

    private sealed class Named(string name) : IMetric
    {
        public string Name => name;

        public string? Output => "kind";

        public double Evaluate(Predictions predictions) => 0;
    }

    private sealed class Watcher(Action<EpochEnd> act) : ITrainingObserver
    {
        public void EpochEnded(EpochEnd epoch) => act(epoch);
    }
}
