using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Tests.Training;
using static Research.Framework.Equations.Functions;

namespace Research.Framework.Tests.Objectives;

/// <summary>Losses of a user's own, as equations over output, target and weight.</summary>
public class FunctionLossTests
{
    private const int Samples = 4, Width = 3;

    private static readonly FunctionLoss SquaredError = new("own_squared_error", (output, target, weight) => weight * Mean(Square(output - target)));
    private static readonly FunctionLoss AbsoluteError = new("own_absolute_error", (output, target, weight) => weight * Mean(Abs(output - target)));
    private static readonly FunctionLoss CrossEntropy = new("own_cross_entropy", (output, target, weight) => -weight * Sum(target * Log(output)));
    private static readonly FunctionLoss BinaryCrossEntropy = new("own_binary", (output, target, weight) => -weight * Mean(target * Log(output) + (1 - target) * Log(1 - output)));

    private static readonly FunctionLoss Quantile = new("quantile(0.9)", (output, target, weight) => weight * Mean(0.9 * Relu(target - output) + 0.1 * Relu(output - target)));

    private static IEnumerable<TestCaseData> Twins()
    {
        yield return new TestCaseData(SquaredError, Loss.MeanSquaredError, Activation.Linear, false).SetArgDisplayNames("squared error");
        yield return new TestCaseData(AbsoluteError, Loss.MeanAbsoluteError, Activation.Linear, false).SetArgDisplayNames("absolute error");
        yield return new TestCaseData(BinaryCrossEntropy, Loss.BinaryCrossEntropy, Activation.Sigmoid, false).SetArgDisplayNames("binary cross-entropy");
        yield return new TestCaseData(CrossEntropy, Loss.CategoricalCrossEntropy, Activation.Softmax, true).SetArgDisplayNames("cross-entropy of classes");
        yield return new TestCaseData(CrossEntropy, Loss.CategoricalCrossEntropy, Activation.Softmax, false).SetArgDisplayNames("cross-entropy of distributions");
    }

    [Test]
    public void EqualsTheBuiltInLoss_InValueAndGradient([ValueSource(nameof(Twins))] TestCaseData twins, [Values(1, 3)] int steps, [Values] bool weighted, [Values] bool masked, [Values] bool maskedByData)
    {
        (FunctionLoss own, Loss builtIn, Activation activation, bool classes) = ((FunctionLoss)twins.Arguments[0]!, (Loss)twins.Arguments[1]!, (Activation)twins.Arguments[2]!, (bool)twins.Arguments[3]!);
        Dataset data = Rows(steps, classes, weighted, masked, maskedByData);
        ICompiledModel left = Compile(own, activation), right = Compile(builtIn, activation);
        BatchLoss ownLoss = Train(left, data), builtInLoss = Train(right, data);
        Assert.That(ownLoss.Rows, Is.EqualTo(builtInLoss.Rows));
        Assert.That(ownLoss.Loss, Is.EqualTo(builtInLoss.Loss).Within(1e-5));
        foreach (string weight in (string[])["dense_1/kernel", "dense_1/bias"])
            Assert.That(left.GetGradient(weight), Is.EqualTo(right.GetGradient(weight)).Within(2e-6f), weight);
    }

    [Test]
    public void WhatItsFunctionDoesWrong_BearsItsName()
    {
        Refuses(new("empty", (_, _, _) => null!), "Loss 'empty': expected equations for its output, got null.");
        Refuses(new("throwing", (_, _, _) => throw new InvalidCastException("oops")), "Loss 'throwing': InvalidCastException: oops (FunctionLossTests.cs, line ");
        Refuses(new("misshapen", (output, target, _) => Concat(output, target) + output), "Loss 'misshapen': ");

        static void Refuses(FunctionLoss loss, string message) => Assert.That(
            () => new ManagedEngine().Compile(Model.Of(Layers.Dense(2)).Graph(1), Still(loss), new Seeds(1)),
            Throws.TypeOf<ResearchException>().With.Message.Contains("output 'output': " + message));
    }

    [Test]
    public void Quantile_ByHand()
    {
        // Differences of 2 above and 1 below: 0.9 · 2 and 0.1 · 1, over two features; the second sample weighs 3.
        Dataset data = new()
        {
            Description = "quantiles",
            Samples = 2,
            Input = new() { TimeSteps = 1, Features = 1, Values = [1, 1] },
            Target = new() { Width = 2, Values = [2, -1, 0, 1], Weights = [1, 3] },
        };
        ICompiledModel model = new ManagedEngine().Compile(Model.Of(Layers.Dense(2)).Graph(1), Still(Quantile), new Seeds(1));
        model.SetWeight("dense_1/kernel", [0, 0]);
        Assert.That(Train(model, data).Loss, Is.EqualTo(((1.8 + 0.1) / 2 + 3 * 0.9 / 2) / 2).Within(1e-6));
        Assert.That(model.GetGradient("dense_1/bias"), Is.EqualTo(new[] { -0.9f / 4, (0.1f - 2.7f) / 4 }).Within(1e-6f), "where output and target are equal there is no slope");
    }

    [Test]
    public void InfiniteLossOfARowThatDoesNotCount_SpoilsNothing([Values] bool maskedByData)
    {
        // The second row yields zeros, whose logarithm is infinite, and its slope too.
        ICompiledModel model = new ManagedEngine().Compile(Model.Of(Layers.Dense(2, Activation.Relu) with { UseBias = false }).Graph(1), Still(CrossEntropy), new Seeds(1));
        model.SetWeight("dense_1/kernel", [0.25f, 0.75f]);
        Dataset data = new()
        {
            Description = "a row that does not count",
            Samples = 1,
            Input = new() { TimeSteps = 2, Features = 1, Values = [1, 0], Mask = maskedByData ? [true, false] : null },
            Target = new() { TimeSteps = 2, Width = 2, Classes = [0, 1], Mask = maskedByData ? null : [true, false] },
        };
        Assert.That(Train(model, data).Loss, Is.EqualTo(Math.Log(4)).Within(1e-6));
        Assert.That(model.GetGradient("dense_1/kernel"), Is.EqualTo(new[] { -4f, 0 }));
    }

    [Test]
    public void TrainBatch_AllocatesNothing([Values] bool masked)
    {
        ICompiledModel model = Compile(Quantile, Activation.Linear);
        RecurrentState state = model.CreateState();
        Batch batch = Whole(Rows(3, classes: false, weighted: true, masked, maskedByData: masked));
        BatchLosses losses = new(model.Graph, model.Objective);
        Assert.That(Allocations.Of(() => model.TrainBatch(batch, state, losses)), Is.Zero);
    }

    [Test]
    public void OfSeveralOutputs_EachHasItsLossAndWeight()
    {
        Model model = Model.Build(scope =>
        {
            scope.Output("left", scope.Add(Layers.Dense(Width), scope.Input()));
            scope.Output("right", scope.Add(Layers.Dense(Width), scope.Input()));
        });
        Dataset rows = Rows(1, classes: false, weighted: false, masked: false, maskedByData: false);
        Dataset data = new()
        {
            Description = "two targets",
            Samples = Samples,
            Input = rows.Input,
            Targets = [new() { Name = "left", Width = Width, Values = rows.Target.Values }, new() { Name = "right", Width = Width, Values = rows.Target.Values }],
        };
        Objective objective = Still(Loss.MeanSquaredError) with { Losses = [new("right", SquaredError) { Weight = 0.25 }] };
        ICompiledModel compiled = new ManagedEngine().Compile(model.Graph(data), objective, new Seeds(1));
        compiled.SetWeight("dense_2/kernel", compiled.GetWeight("dense_1/kernel"));
        BatchLosses losses = new(compiled.Graph, objective);
        compiled.TrainBatch(Whole(data), compiled.CreateState(), losses);
        Assert.That(losses.Losses[1], Is.EqualTo(losses.Losses[0]).Within(1e-6));
        Assert.That(losses.Total, Is.EqualTo(1.25 * losses.Losses[0]).Within(1e-6));
        Assert.That(compiled.GetGradient("dense_2/kernel"), Is.EqualTo(compiled.GetGradient("dense_1/kernel").Select(value => value / 4)).Within(1e-6f));
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return new TestCaseData(new FunctionLoss("wide", (output, target, _) => output - target), "Loss 'wide': expected one number for each row, [batch, 1], got [batch, 3]").SetArgDisplayNames("a number for each feature");
        yield return new TestCaseData(new FunctionLoss("short", (output, _, _) => output.Slice(0, 4)), "Slice(0, 4) on [batch, 3]").SetArgDisplayNames("features that there are not");
    }

    [TestCaseSource(nameof(Wrong))]
    public void EquationsThatDoNotFitTheOutput_AreFoundBeforeAnythingRuns(FunctionLoss loss, string says)
    {
        ModelGraph graph = Model.Of(Layers.Dense(Width)).Graph(Width);
        Finding finding = new Objective { Loss = loss }.Findings(graph).Single();
        Assert.That(finding.Subject, Is.EqualTo("training.loss"));
        Assert.That(finding.Message, Does.Contain(says));
        Assert.That(() => new ManagedEngine().Compile(graph, new() { Loss = loss }, new Seeds(1)), Throws.TypeOf<ResearchException>().With.Message.Contains(says));
        ExperimentPlan plan = new() { Data = Rows(1, false, false, false, false), Model = Model.Of(Layers.Dense(Width)), Training = new() { Loss = loss } };
        Assert.That(PlanValidator.Findings(plan).Single().Message, Does.Contain(says));
    }

    [Test]
    public void NoName_IsRefused() => Assert.That(() => new FunctionLoss(" ", (output, _, _) => Sum(output)), Throws.TypeOf<ResearchException>().With.Message.Contains("needs a name"));

    [Test]
    public void BinaryCrossEntropy_OfASigmoid_IsComputedFromWhatItReads([Values] bool atLastStep)
    {
        // Sigmoid(20) is 1 in float: the loss is still 20, and its slope 1.
        Model model = Model.Of(atLastStep
            ? [Layers.Dense(1, Activation.Sigmoid) with { UseBias = false }, Layers.LastStep()]
            : [Layers.Dense(1, Activation.Sigmoid) with { UseBias = false }]);
        ICompiledModel compiled = new ManagedEngine().Compile(model.Graph(1), Still(Loss.BinaryCrossEntropy), new Seeds(1));
        foreach ((float x, float y, double loss, double slope) in new[] { (20f, 0f, 20.0, 1.0), (-20, 1, 20, -1), (200, 0, 200, 1), (-200, 1, 200, -1), (20, 1, 2.1e-9, 0), (0, 0.5f, Math.Log(2), 0) })
        {
            compiled.SetWeight("dense_1/kernel", [x]);
            int steps = atLastStep ? 2 : 1;
            Dataset data = new() { Description = "one", Samples = 1, Input = new() { TimeSteps = steps, Features = 1, Values = [.. new float[steps - 1], 1] }, Target = new() { Width = 1, Values = [y] } };
            Assert.That(Train(compiled, data).Loss, Is.EqualTo(loss).Within(1e-8), $"{x}");
            Assert.That(compiled.GetGradient("dense_1/kernel")[0], Is.EqualTo(slope).Within(1e-8), $"{x}");
        }
    }

    private static Objective Still(Loss loss) => new() { Loss = loss, Optimizer = new Sgd { LearningRate = 1e-30 } };

    private static ICompiledModel Compile(Loss loss, Activation activation) =>
        new ManagedEngine().Compile(Model.Of(Layers.Dense(Width, activation)).Graph(Width), Still(loss), new Seeds(1));

    private static BatchLoss Train(ICompiledModel model, Dataset data) => model.TrainBatch(Whole(data), model.CreateState());

    private static Batch Whole(Dataset data)
    {
        data.Validate();
        Batch batch = new(data, data.Samples) { Rows = data.Samples };
        for (int i = 0; i < data.Samples; i++) (batch.Samples[i], batch.RowStates[i]) = (i, RowState.Reset);
        return batch;
    }

    private static Dataset Rows(int steps, bool classes, bool weighted, bool masked, bool maskedByData)
    {
        Random random = new Seeds(3).Stream("rows");
        int rows = Samples * steps;
        float[] targets = [.. Enumerable.Range(0, rows * Width).Select(_ => random.NextSingle())];
        return new Dataset
        {
            Description = "rows",
            Samples = Samples,
            Input = new()
            {
                TimeSteps = steps,
                Features = Width,
                Values = [.. Enumerable.Range(0, rows * Width).Select(_ => random.NextSingle() - 0.5f)],
                Mask = maskedByData ? [.. Enumerable.Range(0, rows).Select(row => row % 3 != 1)] : null,
            },
            Target = new()
            {
                TimeSteps = steps,
                Width = Width,
                Values = classes ? null : targets,
                Classes = classes ? [.. Enumerable.Range(0, rows).Select(row => row % Width)] : null,
                Weights = weighted ? [.. Enumerable.Range(0, rows).Select(row => row % 4 * 0.5f)] : null,
                Mask = masked ? [.. Enumerable.Range(0, rows).Select(row => row % 4 != 0)] : null,
            },
        };
    }
}
