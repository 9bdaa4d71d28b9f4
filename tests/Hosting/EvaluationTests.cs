using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReadersProject;
using Research.Cells;
using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Datasets.Sources.Alphabet;

namespace Research.Framework.Hosting.Tests;

/// <summary>What is evaluated, and what comes out of it.</summary>
public sealed class EvaluationTests
{
    private static readonly Dataset s_learnt = new OneStepFramer().Frame(Latin);

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
        Assert.That(PlanFields.Of(plan).Single(field => field.Name == "test_data.time_steps").ToString(), Is.EqualTo("3"));
        Assert.That(PlanValidator.Findings(plan), Is.Empty);
        plan = plan with { TestData = new FeatureWindowFramer(3).Frame(Latin) };
        Assert.That(PlanValidator.Findings(plan).Select(finding => finding.Message), Has.Exactly(1).Contains("made for 1 features of input 'input'; the data").And.Exactly(1).Contains("has 3"));
        plan = plan with { TestData = new Dataset { Description = "short", Samples = 1, Input = new() { TimeSteps = 1, Features = 1, Values = [] }, Target = new() { Width = 26, Classes = [0] } } };
        Assert.That(PlanValidator.Findings(plan).Select(finding => finding.Message), Has.Some.Contains("'short' cannot be used"));
    }

    [Test]
    public void LastUpdateThatDiverges_FailsTheRun()
    {
        // One update of 1e38 times a gradient: two such layers after each other are beyond any float.
        Dataset data = new() { Description = "numbers", Samples = 2, Input = new() { TimeSteps = 1, Features = 1, Values = [1, 2] }, Target = new() { Width = 1, Values = [5, 7] } };
        ExperimentPlan plan = new() { Data = data, Model = Model.Of(Layers.Dense(1), Layers.Dense(1)), Training = new() { Epochs = 1, BatchSize = 2, Loss = Loss.MeanAbsoluteError, Optimizer = new Sgd { LearningRate = 1e38 } } };
        Assert.That(() => Run(plan), Throws.TypeOf<ResearchException>().With.Message.EndsWith("the training diverged at its end. Lower the learning rate or check the data."));
    }

    [Test]
    public void ClassesWithoutText_ArePredictedByNumber()
    {
        Dataset data = new()
        {
            Description = "bits",
            Samples = 2,
            Input = new() { TimeSteps = 2, Features = 1, Values = [0, 1, 1, 0] },
            Target = new() { TimeSteps = 2, Width = 12, Classes = [10, 11, 11, 10] },
        };
        ExperimentResult result = Run(new()
        {
            Data = data,
            Model = Model.Of(Layers.Recurrent(new LstmCell(8), returnSequences: true), Layers.Dense(12, Activation.Softmax)),
            Training = new() { Epochs = 200, Optimizer = new Adam { LearningRate = 0.05 } },
        });
        Assert.That(result.Predictions, Is.EqualTo(new[] { new LabelledPrediction("sample 0", "10 11", "10 11"), new LabelledPrediction("sample 1", "11 10", "11 10") }));
        Assert.That(result.Outputs[0].Values, Has.Count.EqualTo(2 * 2 * 12));
        Assert.That(result.Outputs[0].Values[10], Is.GreaterThan(0.9f));
    }

    [Test]
    public void SeveralOutputs_AreEachJudgedAndKept()
    {
        ExperimentPlan plan = new()
        {
            Data = new()
            {
                Description = "two things about a number",
                Samples = 3,
                Input = new() { TimeSteps = 1, Features = 1, Values = [-1, 0.5f, 1] },
                Targets = [new() { Name = "sign", Width = 2, Classes = [0, 1, 1], ClassNames = ["below", "above"] }, new() { Name = "double", Width = 1, Values = [-2, 1, 2] }],
            },
            Model = Model.Build(model =>
            {
                model.Output("sign", model.Add(Layers.Dense(2, Activation.Softmax), model.Input()));
                model.Output("double", model.Add(Layers.Dense(1), model.Input()));
            }),
            Training = new() { Epochs = 400, Losses = [new("double", Loss.MeanSquaredError)], Optimizer = new Adam { LearningRate = 0.05 } },
            Metrics = [Metric.Accuracy.For("sign"), Metric.MeanAbsoluteError.For("double")],
        };
        ExperimentResult result = Run(plan);
        Assert.That(result.Output("sign").Predictions.Select(prediction => prediction.Predicted), Is.EqualTo(new[] { "below", "above", "above" }));
        Assert.That(result.Output("double").Predictions, Is.Empty);
        Assert.That(result.Output("double").Values, Is.EqualTo(new[] { -2f, 1, 2 }).Within(0.05));
        Assert.That(result.Metric("sign/accuracy"), Is.EqualTo(1));
        Assert.That(result.Metric("double/mean_absolute_error"), Is.LessThan(0.05));
        Assert.That(() => result.Output("triple"), Throws.TypeOf<ResearchException>().With.Message.Contains("'sign', 'double'"));
    }

    [Test]
    public void ClassesWithNames_ArePredictedByName_WhereTheyCount()
    {
        Dataset data = new()
        {
            Description = "bits",
            Samples = 1,
            Input = new() { TimeSteps = 3, Features = 1, Values = [0, 1, 0] },
            Target = new() { TimeSteps = 3, Width = 2, Classes = [0, 1, 0], Mask = [true, true, false], ClassNames = ["low", "high"] },
        };
        ExperimentResult result = Run(new()
        {
            Data = data,
            Model = Model.Of(Layers.Dense(2, Activation.Softmax)),
            Training = new() { Epochs = 200, Optimizer = new Adam { LearningRate = 0.1 } },
        });
        Assert.That(result.Predictions, Is.EqualTo(new[] { new LabelledPrediction("sample 0", "low high", "low high") }));
    }

    [Test]
    public void SamplesOfWhichNothingCounts_AreNoPredictions()
    {
        Dataset data = new()
        {
            Description = "bits",
            Samples = 3,
            Input = new() { TimeSteps = 2, Features = 1, Values = [0, 1, 1, 0, 0, 1] },
            Target = new() { TimeSteps = 2, Width = 2, Classes = [0, 1, 1, 0, 0, 1], Mask = [true, true, false, false, false, true] },
        };
        ExperimentResult result = Run(new() { Data = data, Model = Model.Of(Layers.Dense(2, Activation.Softmax)), Metrics = [Metric.Accuracy] });
        Assert.That(result.Predictions.Select(prediction => (prediction.Input, prediction.Expected)), Is.EqualTo(new[] { ("sample 0", "0 1"), ("sample 2", "1") }));
        Assert.That(result.Outputs[0].Counts, Is.EqualTo(data.Target.Mask));
    }

    [TestCase("n,p", ExpectedResult = "np")]
    [TestCase("no,yes", ExpectedResult = "no yes")]
    public string Names_StandInEveryResult_AndAreJoinedWithoutSpacesWhereEachIsOneSymbol(string names)
    {
        Dataset data = new()
        {
            Description = "bits",
            Samples = 1,
            Input = new() { TimeSteps = 2, Features = 1, Values = [0, 1] },
            Target = new() { TimeSteps = 2, Width = 2, Classes = [0, 1], ClassNames = names.Split(',') },
        };
        ExperimentResult result = Run(new() { Data = data, Model = Model.Of(Layers.Dense(2, Activation.Softmax)) });
        Assert.That(result.Outputs[0].Names, Is.EqualTo(names.Split(',')));
        Assert.That(result.Outputs[0].Targets, Is.Null, "classes are among the predictions");
        return result.Predictions[0].Expected;
    }

    [TestCase(0f, null)]
    [TestCase(1f, new[] { 3f, 4f })]
    public void Targets_StandBesideValues_WhereAnyWeighs(float weight, float[]? expected)
    {
        Dataset data = new()
        {
            Description = "numbers",
            Samples = 2,
            Input = new() { TimeSteps = 1, Features = 1, Values = [0, 1] },
            Target = new() { Width = 1, Values = [3, 4], Weights = [weight, 0], ClassNames = ["metres"] },
        };
        ExperimentResult result = Run(new() { Data = data, Model = Model.Of(Layers.Dense(1)), Training = new() { Loss = Loss.MeanSquaredError } });
        Assert.That(result.Outputs[0].Targets, Is.EqualTo(expected));
        Assert.That(result.Outputs[0].Names, Is.EqualTo(new[] { "metres" }));
    }

    [Test]
    public async Task Values_TellWhichOfThemCount([Values] bool masked)
    {
        MaskedNumbers experiment = new() { Masked = masked };
        Assert.That(Run(experiment.Plan(new Seeds(1))).Outputs[0].Counts, masked ? Is.EqualTo((bool[])[false, true, true, false]) : Is.Null);
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            string[] arguments = ["run", "masked-numbers", "--quiet", "--set", $"masked={masked}", "--json", file];
            Assert.That(await ResearchHost.RunAsync(arguments, services => services.AddResearchCells().AddExperiment<MaskedNumbers>()), Is.Zero);
            JsonElement run = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement[0].GetProperty("runs")[0];
            Assert.That(run.GetProperty("outputs").GetArrayLength(), Is.EqualTo(2));
            Assert.That(run.GetProperty("targets").GetArrayLength(), Is.EqualTo(2));
            Assert.That(JsonSerializer.Serialize(run.GetProperty("counts")), Is.EqualTo(masked ? "[[false,true],[true,false]]" : "null"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void SeveralBlocks_AreFieldsByNumber()
    {
        InputBlock input = new() { TimeSteps = 1, Features = 1, Values = [0] };
        TargetBlock target = new() { Width = 2, Classes = [0] };
        ExperimentPlan plan = Plan() with { Data = new Dataset { Description = "two", Samples = 1, Inputs = [input, new() { Name = "other", TimeSteps = 2, Features = 3, Values = new float[6] }], Target = target } };
        Assert.That(PlanFields.Of(plan).Select(field => $"{field.Name}={field}").Where(text => text.StartsWith("data.", StringComparison.Ordinal)).Skip(2), Is.EqualTo(new[]
        {
            "data.inputs.0.name=input", "data.inputs.0.time_steps=1", "data.inputs.0.features=1",
            "data.inputs.1.name=other", "data.inputs.1.time_steps=2", "data.inputs.1.features=3",
            "data.target_steps=1", "data.target_width=2",
        }));
    }

    [Test]
    public async Task Values_AreWrittenToJson_SampleBySample()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            string[] arguments = ["run", "noisy-wave", "--quiet", "--set", "training.epochs=2", "--json", file];
            Assert.That(await ResearchHost.RunAsync(arguments, services => services.AddResearchCells().AddExperiment<NoisyWave>()), Is.Zero);
            JsonElement run = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement[0].GetProperty("runs")[0];
            Assert.That(run.GetProperty("predictions").GetArrayLength(), Is.Zero);
            double[][] outputs = [.. run.GetProperty("outputs").EnumerateArray().Select(sample => sample.EnumerateArray().Select(value => value.GetDouble()).ToArray())];
            Assert.That(outputs, Has.Length.EqualTo(80).And.All.Length.EqualTo(1));
            double[] targets = [.. run.GetProperty("targets").EnumerateArray().Select(sample => sample[0].GetDouble())];
            Assert.That(targets.Select(target => (float)target), Is.EqualTo(new NoisyWave(new CellRegistration("lstm", units => new FakeCell("lstm", units)).AsFactory()).Plan(new Seeds(1)).EvaluatedData.Target.Values), "a forecast is drawn beside what it should have been");
            Assert.That(run.GetProperty("names").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(outputs.Select(sample => sample[0]), Is.All.InRange(-1, 2).And.Some.GreaterThan(0));
            Assert.That(run.GetProperty("epoch_losses").GetArrayLength(), Is.EqualTo(2));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void SymbolsOfTwoUtf16Units_AreGeneratedWhole()
    {
        Dataset data = new TimeStepsFramer(2).Frame(TextSource.From("🙂🙃😉🙂🙃😉🙂🙃😉").With(Encoder.OneHot));
        ExperimentPlan plan = new()
        {
            Data = data,
            Model = Model.Of(Layers.Recurrent(new LstmCell(8)), Layers.Dense(3, Activation.Softmax)),
            Training = new() { Epochs = 100, Optimizer = new Adam { LearningRate = 0.05 } },
            Probes = [Probe.From("🙂🙃", 4), Probe.From("🙂🙃😉", 2)],
        };
        Assert.That(Run(plan).Generated.Select(text => text.Text), Is.EqualTo(new[] { "😉🙂🙃😉", "🙂🙃" }));
        Assert.That(PlanValidator.Findings(plan with { Probes = [Probe.From("🙂", 1)] }).Single().Message, Does.Contain("at least 2 symbols, got 1"));
    }

    private static ExperimentPlan Plan() => new()
    {
        Data = s_learnt,
        Model = Model.Of(Layers.Recurrent(new LstmCell(16)), Layers.Dense(26, Activation.Softmax)),
        Training = new() { Epochs = 20, BatchSize = 5, Optimizer = new Adam { LearningRate = 0.05 } },
        Metrics = [Metric.Accuracy],
    };

    private static ExperimentResult Run(ExperimentPlan plan) =>
        new ExperimentRunner(TimeProvider.System).Run(new() { Experiment = "test", Cell = "lstm", Engine = new ManagedEngine(), Plan = plan, Seed = 7 });

    private static Dataset Reversed(int samples) => new()
    {
        Description = "the first letters in reverse",
        Samples = samples,
        Input = new() { TimeSteps = 1, Features = 1, Values = [.. s_learnt.Input.Values.Take(samples).Reverse()] },
        Target = new() { Width = 26, Classes = [.. s_learnt.Target.Classes!.Take(samples).Reverse()] },
        Text = s_learnt.Text,
        InputLabels = [.. s_learnt.InputLabels!.Take(samples).Reverse()],
    };

    private sealed class MaskedNumbers : IExperiment
    {
        public string Name => "masked-numbers";

        public string Summary => "Two samples of two numbers, each mask leaving out one.";

        public bool Masked { get; set; }

        public ExperimentPlan Plan(Seeds seeds) => new()
        {
            Data = new()
            {
                Description = "numbers",
                Samples = 2,
                Input = new() { TimeSteps = 2, Features = 1, Values = [1, 2, 3, 4], Mask = Masked ? [true, true, true, false] : null },
                Target = new() { TimeSteps = 2, Width = 1, Values = [1, 2, 3, 4], Mask = Masked ? [false, true, true, true] : null },
            },
            Model = Model.Of(Layers.Dense(1)),
            Training = new() { Loss = Loss.MeanSquaredError },
            Metrics = [Metric.MeanSquaredError],
        };
    }
}
