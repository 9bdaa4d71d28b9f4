using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;
using Research.Plain.Engine;

namespace Research.Framework.Hosting.Tests;

/// <summary>A text that stays in its file is learnt as one in memory is, bit for bit, and never held as a whole.</summary>
public sealed class StreamedTextTests
{
    private static readonly Seeds Seeds = new(3);

    private string _path = "";

    [SetUp]
    public void WriteText()
    {
        _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Random random = Seeds.Stream("text");
        File.WriteAllText(_path, string.Concat(Enumerable.Range(0, 400).Select(_ => "aäb字c"[random.Next(5)])));
    }

    [TearDown]
    public void DeleteText() => File.Delete(_path);

    [Test]
    public void Training_GivesTheBitsOfTheTextInMemory([Values("managed", "plain")] string engine, [Values(0, 1)] int earlier, [Values] bool oneHot)
    {
        IEncoder encoder = oneHot ? Encoder.OneHot : Encoder.MinusOneToOne;
        using TextFile file = TextFile.Open(_path, encoder);
        ContiguousRowsFramer framer = new(3, 7);
        Dataset streamed = framer.FrameFile(file), kept = framer.Frame(TextSource.FromFile(_path).With(encoder));
        ExperimentPlan plan = Plan(kept, earlier);
        IEngine chosen = engine == "plain" ? new PlainEngine() : new ManagedEngine();
        ExperimentResult expected = Run(plan, chosen), actual = Run(plan with { Data = streamed }, chosen);
        Assert.That(actual.Fingerprint, Is.EqualTo(expected.Fingerprint));
        Assert.That(actual.EpochLosses, Is.EqualTo(expected.EpochLosses));
        Assert.That(actual.Metrics, Is.EqualTo(expected.Metrics));
        Assert.That(actual.Generated, Is.EqualTo(expected.Generated));
    }

    [Test]
    public async Task Predictions_AreLeftOut_AndCounted()
    {
        using TextFile file = TextFile.Open(_path, Encoder.OneHot);
        ExperimentPlan plan = Plan(new ContiguousRowsFramer(3, 7).FrameFile(file), 0);
        string json = _path + ".json";
        try
        {
            using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
            HostApplication application = new(new HostConsole(output, error, null), services => services.AddResearchCells().AddSingleton(plan).AddExperiment<Streamed>());
            Assert.That(await application.RunAsync(["run", "streamed", "--json", json], CancellationToken.None), Is.Zero, error.ToString());
            Assert.That(output.ToString(), Does.Contain("streamed, seed 1: predictions of 57 samples left out, too many to keep\n  from abaäcbcab: "));
            JsonElement run = JsonDocument.Parse(await File.ReadAllTextAsync(json)).RootElement[0].GetProperty("runs")[0];
            Assert.That(run.GetProperty("left_out").GetInt32(), Is.EqualTo(plan.Data.Samples).And.EqualTo(57));
            Assert.That(run.GetProperty("predictions").GetArrayLength(), Is.Zero);
            Assert.That(run.TryGetProperty("outputs", out _), Is.False);
            Assert.That(run.GetProperty("metrics").GetProperty("accuracy").GetDouble(), Is.InRange(0, 1));
        }
        finally
        {
            File.Delete(json);
        }
    }

    // One class out of range of a source is found as validation reads it, whatever the metrics.
    [Test]
    public void Validation_ReadsASourceBatchByBatch_AndLooksAtIt()
    {
        Dataset data = Made(new Numbers(), new Classes()), few = data.Part(0, 4), wrong = Made(new Numbers(), new Classes { Class = 5 }).Part(0, 4);
        ExperimentPlan plan = Plan(few, 0) with { Training = new() { Epochs = 1, BatchSize = 3, Shuffle = false } };
        ExperimentResult kept = Run(plan with { ValidationData = few, Metrics = [Metric.Accuracy, Metric.Of("rows", predictions => predictions.Count)] }, new ManagedEngine());
        ExperimentResult streamed = Run(plan with { ValidationData = few, Metrics = [Metric.Accuracy] }, new ManagedEngine());
        Assert.That(streamed.Curve("validation/loss"), Is.EqualTo(kept.Curve("validation/loss")));
        Assert.That(streamed.Curve("validation/accuracy"), Is.EqualTo(kept.Curve("validation/accuracy")));
        Assert.That(kept.Curve("validation/rows"), Is.EqualTo((double[])[4 * 64]));
        Assert.That(() => Run(plan with { ValidationData = wrong, Metrics = [] }, new ManagedEngine()), Throws.TypeOf<ResearchException>().With.Message.Contains("target classes: expected 0 to 4, got 5 at sample 0"));
    }

    [Test]
    public void Resume_KnowsTheTextAgain()
    {
        using TextFile file = TextFile.Open(_path, Encoder.OneHot);
        ExperimentPlan plan = Plan(new ContiguousRowsFramer(3, 7).FrameFile(file), 0);
        TrainingRun whole = Training(plan, 2), half = Training(plan, 1);
        whole.Train(plan.Data);
        half.Train(plan.Data);
        Checkpoint checkpoint = half.CreateCheckpoint();
        TrainingRun rest = Training(plan, 2);
        rest.Resume(new ContiguousRowsFramer(3, 7).FrameFile(file), checkpoint);
        Assert.That(Weights(rest), Is.EqualTo(Weights(whole)));
        File.AppendAllText(_path, "a");
        using TextFile longer = TextFile.Open(_path, Encoder.OneHot);
        Assert.That(() => Training(plan, 2).Resume(new ContiguousRowsFramer(3, 7).FrameFile(longer), checkpoint), Throws.TypeOf<ResearchException>().With.Message.Contains("data '"));
    }

    // All at once they are more than an array holds: whoever asks for that fails.
    [Test]
    public void Training_NeverHoldsAll()
    {
        Dataset data = Made(new Numbers(), new Classes());
        ExperimentPlan plan = Plan(data, 0);
        Assert.That(() => data.Input.Values, Throws.TypeOf<ResearchException>().With.Message.Contains("more than an array holds"));
        data.Validate();
        using ICompiledModel model = new ManagedEngine().Compile(plan.Model.Graph(data), plan.Training.Objective, Seeds);
        Batch batch = new(data, 2) { Rows = 2, Samples = { [1] = 59_999 } };
        RecurrentState state = model.CreateState();
        Assert.That(model.TrainBatch(batch, state).Rows, Is.EqualTo(128));
        long before = GC.GetAllocatedBytesForCurrentThread();
        BatchLosses losses = new(model.Graph, model.Objective);
        long room = GC.GetAllocatedBytesForCurrentThread() - before;
        for (int i = 0; i < 5; i++) model.TrainBatch(batch, state, losses);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.EqualTo(room));
        Assert.That(data.Part(1, 3).Input.Values, Has.Length.EqualTo(3 * 64 * 600));
    }

    [Test]
    public void WhatASourceMakes_IsLookedAt()
    {
        Assert.That(() => Train(Made(new Numbers { Value = float.NaN }, new Classes())), Throws.TypeOf<ResearchException>().With.Message.Contains("expected finite values, got NaN at sample 1"));
        Assert.That(() => Train(Made(new Numbers(), new Classes { Class = 5 })), Throws.TypeOf<ResearchException>().With.Message.Contains("target classes: expected 0 to 4, got 5 at sample 1"));
        Assert.That(() => new Dataset { Description = "short", Samples = 3, Input = new() { TimeSteps = 64, Features = 600, Source = new Numbers() } }.Validate(), Throws.TypeOf<ResearchException>().With.Message.Contains("expected a source of 3 samples, got one of 60000"));

        static void Train(Dataset data)
        {
            ExperimentPlan plan = Plan(data, 0);
            using ICompiledModel model = new ManagedEngine().Compile(plan.Model.Graph(data), plan.Training.Objective, Seeds);
            model.TrainBatch(new(data, 1) { Rows = 1, Samples = { [0] = 1 } }, model.CreateState());
        }
    }

    private static Dataset Made(Numbers numbers, Classes classes) => new()
    {
        Description = "made",
        Samples = numbers.Samples,
        Input = new() { TimeSteps = 64, Features = 600, Source = numbers },
        Target = new() { TimeSteps = 64, Width = 5, ClassSource = classes },
    };

    private static ExperimentPlan Plan(Dataset data, int earlier) => new()
    {
        Data = data,
        Model = Model.Of(Layers.Recurrent(new LstmCell(4), returnSequences: true), Layers.Dense(5, Activation.Softmax)),
        State = StatePolicy.ResetAtBoundaries,
        Training = new() { Epochs = 2, BatchSize = 3, Shuffle = false, EarlierBatches = earlier },
        Metrics = [Metric.Accuracy, Metric.CrossEntropy],
        Probes = data.Text is null ? [] : [Probe.From("abaäcbcab", 5)],
    };

    private static float[][] Weights(TrainingRun run) => [.. run.CreateCheckpoint().Model.Where(tensor => tensor.Type == TensorType.Float32).Select(tensor => tensor.ToFloats())];

    private static TrainingRun Training(ExperimentPlan plan, int epochs) =>
        new(new ManagedEngine().Compile(plan.Model.Graph(plan.Data), plan.Training.Objective, Seeds), plan.Training with { Epochs = epochs }, plan.State, Seeds);

    private static ExperimentResult Run(ExperimentPlan plan, IEngine engine) =>
        new ExperimentRunner(TimeProvider.System).Run(new() { Experiment = "streamed", Cell = "lstm", Engine = engine, Plan = plan, Seed = 1 });

    private sealed class Streamed(ExperimentPlan plan) : IExperiment
    {
        public string Name => "streamed";

        public string Summary => "";

        public ExperimentPlan Plan(Seeds seeds) => plan;
    }

    private sealed class Numbers : SampleSource<float>
    {
        public float Value { get; init; } = 0.5f;

        public override int Samples => 60_000;

        public override string Identity => "numbers";

        public override void CopyTo(int sample, Span<float> target) => target.Fill(Value);
    }

    private sealed class Classes : SampleSource<int>
    {
        public int Class { get; init; } = 1;

        public override int Samples => 60_000;

        public override string Identity => "classes";

        public override void CopyTo(int sample, Span<int> target) => target.Fill(Class);
    }
}
