using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;

namespace Research.Cells.Tests.Training;

/// <summary>A training that was interrupted, kept in a file and resumed equals one that was not, bit for bit.</summary>
public sealed class ResumeTests
{
    private static readonly Seeds Seeds = new(11);

    /// <summary>What is trained.</summary>
    /// <param name="Name">The case.</param>
    /// <param name="Model">Its layers.</param>
    /// <param name="State">Its state policy.</param>
    /// <param name="Options">Its training.</param>
    public sealed record Case(string Name, Model Model, IStatePolicy State, TrainingOptions Options)
    {
        public Dataset? Validation { get; init; }

        public IReadOnlyList<IMetric> Metrics { get; init; } = [];

        public override string ToString() => Name;
    }

    private static Case[] Cases()
    {
        TrainingOptions options = new() { Epochs = 4, BatchSize = 3, Loss = Loss.MeanSquaredError };
        TrainingOptions watched = options with
        {
            Epochs = 12,
            EarlyStopping = new() { Metric = "restless", Patience = 4, RestoreBest = true },
            ReduceOnPlateau = new() { Metric = "restless", Patience = 1, Factor = 0.5, Cooldown = 1 },
        };
        Model plain = Model.Of(Layers.Recurrent(new LstmCell(5)), Layers.Dense(2));
        return
        [
            new("shuffled", plain, StatePolicy.Stateless, options),
            new("stateful", plain, StatePolicy.Never, options with { Shuffle = false }),
            new("stateful through earlier batches", plain, StatePolicy.Never, options with { Shuffle = false, EarlierBatches = 2 }),
            new("momentum", plain, StatePolicy.Stateless, options with { Optimizer = new Sgd { Momentum = 0.9, Nesterov = true } }),
            new("AMSGrad, clipped, with a schedule", plain, StatePolicy.Stateless, options with { Optimizer = new Adam { AmsGrad = true, GlobalClipNorm = 0.1, Schedule = LearningRateSchedule.Cosine(20) } }),
            new("dropout", Model.Of(Layers.Recurrent(new GruCell(4), returnSequences: true) with { Dropout = 0.3, RecurrentDropout = 0.2 }, Layers.Dropout(0.5), Layers.Bidirectional(new LstmCell(3), new GruCell(3)), Layers.Dense(2)), StatePolicy.Stateless, options),
            new("validated, stopped early, with the best weights and a falling rate", plain, StatePolicy.Stateless, watched with { ValidationShare = 0.3 }) { Metrics = [Restless] },
            new("the same, but not stopped", plain, StatePolicy.Stateless, watched with { ValidationShare = 0.3, EarlyStopping = new() { Metric = "restless", Patience = 20, RestoreBest = true } }) { Metrics = [Restless] },
            new("the same, stateful, with data of their own", Model.Of(Layers.Recurrent(new LstmCell(4)) with { RecurrentDropout = 0.2 }, Layers.Dense(2)), StatePolicy.Never, watched with { Shuffle = false }) { Validation = Data().Part(4, 5), Metrics = [Restless, Metric.MeanAbsoluteError] },
            new("validated alone", plain, StatePolicy.Stateless, options) { Validation = Data() },
        ];
    }

    // A figure without any trend, which best epochs, waits and falls come of in any order.
    private static readonly IMetric Restless = Metric.Of("restless", predictions => Math.Sin(1e6 * predictions.Values.Sum(value => (double)value)));

    [Test]
    public void Resume_EqualsUninterruptedTraining([ValueSource(nameof(Cases))] Case training, [Values(1, 4, 7, 12)] int interruptedAt, [Values] bool masked)
    {
        Dataset data = Data(masked);
        ICompiledModel whole = Compile(training);
        TrainingRun uninterrupted = New(training, whole);
        TrainingSummary expected = uninterrupted.Train(data);

        using CancellationTokenSource source = new();
        TrainingRun first = New(training, Compile(training), new Interrupting(training.State, interruptedAt, source));
        Assert.That(() => first.Train(data, source.Token), Throws.InstanceOf<OperationCanceledException>());

        ICompiledModel resumed = Compile(training);
        TrainingRun second = New(training, resumed);
        TrainingSummary summary = second.Resume(data, ThroughBytes(first.CreateCheckpoint()));
        Same(summary, expected);
        Same(second.CreateCheckpoint(), uninterrupted.CreateCheckpoint());

        // One that has ended ends at once.
        TrainingRun third = New(training, Compile(training));
        Same(third.Resume(data, ThroughBytes(second.CreateCheckpoint())), expected);
        Same(third.CreateCheckpoint(), uninterrupted.CreateCheckpoint());
    }

    [Test]
    public void Resume_WithMoreEpochsOrPatience_EqualsTrainingThemAtOnce([ValueSource(nameof(Cases))] Case training, [Values] bool patience)
    {
        if (patience && training.Options.EarlyStopping is null) return;
        TrainingOptions more = patience ? training.Options with { EarlyStopping = training.Options.EarlyStopping! with { Patience = 8 } } : training.Options;
        TrainingOptions less = patience ? training.Options with { EarlyStopping = training.Options.EarlyStopping! with { Patience = 1 } } : training.Options with { Epochs = 2 };
        TrainingRun whole = New(training with { Options = more }, Compile(training)), begun = New(training with { Options = less }, Compile(training)), rest = New(training with { Options = more }, Compile(training));
        TrainingSummary expected = whole.Train(Data());
        begun.Train(Data());
        Same(rest.Resume(Data(), ThroughBytes(begun.CreateCheckpoint())), expected);
        Same(rest.CreateCheckpoint(), whole.CreateCheckpoint());
    }

    private static void Same(TrainingSummary actual, TrainingSummary expected)
    {
        Assert.That((actual.Steps, actual.StoppedEarly, actual.BestEpoch), Is.EqualTo((expected.Steps, expected.StoppedEarly, expected.BestEpoch)));
        Assert.That(actual.Curves.Select(curve => curve.Name), Is.EqualTo(expected.Curves.Select(curve => curve.Name)));
        foreach (LearningCurve curve in expected.Curves) Assert.That(actual.Curve(curve.Name), Is.EqualTo(curve.Values), curve.Name);
    }

    // Weights, the optimizer's memory, streams, state and all that the training keeps, to the bit.
    private static void Same(Checkpoint actual, Checkpoint expected)
    {
        TensorFile left = actual.ToFile(), right = expected.ToFile();
        Assert.That(left.Tensors.Select(tensor => tensor.ToString()), Is.EqualTo(right.Tensors.Select(tensor => tensor.ToString())));
        Assert.That(left.Metadata, Is.EqualTo(right.Metadata));
        foreach (NamedTensor tensor in right.Tensors) Assert.That(left[tensor.Name].Bytes.SequenceEqual(tensor.Bytes), tensor.Name);
    }

    private static Checkpoint ThroughBytes(Checkpoint checkpoint)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, checkpoint.ToFile());
        return Checkpoint.FromFile(SafetensorsFile.Read(stream.ToArray(), "memory"));
    }

    private static TrainingRun New(Case training, ICompiledModel model, IStatePolicy? state = null) =>
        new(model, training.Options, state ?? training.State, Seeds) { Validation = training.Validation, Metrics = training.Metrics };

    [Test]
    public void Resume_OtherSeed_IsRefused()
    {
        Case training = Cases()[0];
        ICompiledModel model = Compile(training);
        TrainingRun run = New(training, model);
        run.Train(Data());
        Checkpoint checkpoint = run.CreateCheckpoint();
        Assert.That(
            () => new TrainingRun(model, training.Options, training.State, new Seeds(12)).Resume(Data(), checkpoint),
            Throws.InstanceOf<ResearchException>().With.Message.Contains("seed 11"));
        Assert.That(
            () => new TrainingRun(Compile(training), training.Options with { BatchSize = 1 }, training.State, Seeds).Resume(Data(), checkpoint with { Step = 1_000_000 }),
            Throws.InstanceOf<ResearchException>().With.Message.Contains("batch size"));
    }

    [TestCase("state/@earlier/0/carry")]
    [TestCase("state/@earlier/1/lstm_1/cell")]
    public void Resume_EarlierBatchesWithFewerRowsThanSamples_AreRefused(string part)
    {
        Case training = Cases()[2];
        TrainingRun run = New(training, Compile(training));
        run.Train(Data());
        Checkpoint checkpoint = run.CreateCheckpoint();
        NamedTensor[] state = [.. checkpoint.State.Select(tensor => tensor.Name != part ? tensor : tensor.Type == TensorType.UInt8 ? NamedTensor.OfBytes(part, [0], []) : NamedTensor.OfFloats(part, [0], []))];
        Assert.That(
            () => new TrainingRun(Compile(training), training.Options with { Epochs = 5 }, training.State, Seeds).Resume(Data(), checkpoint with { State = state }),
            Throws.TypeOf<ResearchException>().With.Message.Contains($"'{part}'").And.Message.Contains("is the file damaged"));
    }

    [Test]
    public void Resume_WithoutOnePositionPerStream_IsRefused_AndLeavesTheStreams()
    {
        Case training = Cases()[5];
        TrainingRun run = New(training, Compile(training));
        run.Train(Data());
        Checkpoint checkpoint = run.CreateCheckpoint();
        Assert.That(
            () => New(training, Compile(training)).Resume(Data(), checkpoint with { Model = [.. checkpoint.Model.Select(tensor => IsStream(tensor) ? NamedTensor.OfLongs(tensor.Name, [0], []) : tensor)] }),
            Throws.TypeOf<ResearchException>().With.Message.Contains("expected Int64 [1], got Int64 [0]"));

        ICompiledModel model = Compile(training);
        Checkpoint ofAnother = checkpoint with { Model = [.. checkpoint.Model.Where(tensor => !tensor.Name.Contains("/first_moment/", StringComparison.Ordinal))] };
        Assert.That(() => New(training, model).Resume(Data(), ofAnother), Throws.TypeOf<ResearchException>());
        Assert.That(checkpoint.Model.Where(IsStream).Select(stream => model.GetTensor(stream.Name).ToLongs()[0]), Is.Not.Empty.And.All.Zero);
    }

    private static bool IsStream(NamedTensor tensor) => tensor.Name.StartsWith("stream/", StringComparison.Ordinal);

    private static ICompiledModel Compile(Case training) => new ManagedEngine().Compile(training.Model, 2, training.Options, Seeds);

    private static Dataset Data(bool masked = false)
    {
        Random random = Seeds.Stream("data");
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        return new Dataset
        {
            Description = "noise",
            Samples = 10,
            Input = new() { TimeSteps = 3, Features = 2, Values = Numbers(60) },
            Target = new() { Width = 2, Values = Numbers(20), Mask = masked ? [.. Enumerable.Range(0, 10).Select(sample => sample % 3 != 1)] : null },
        };
    }

    /// <summary>Cancels the training when it comes to a batch.</summary>
    private sealed class Interrupting(IStatePolicy inner, int batch, CancellationTokenSource source) : IStatePolicy
    {
        private int _batches;

        public string Name => inner.Name;

        public bool CarriesBetweenBatches => inner.CarriesBetweenBatches;

        public RowState Before(BatchContext context, int row)
        {
            if (row == 0 && _batches++ == batch) source.Cancel();
            return inner.Before(context, row);
        }
    }
}
