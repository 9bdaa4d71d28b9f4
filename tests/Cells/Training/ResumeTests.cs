using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
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
    public sealed record Case(string Name, Model Model, IStateManager State, TrainingOptions Options)
    {
        public override string ToString() => Name;
    }

    private static Case[] Cases()
    {
        TrainingOptions options = new() { Epochs = 4, BatchSize = 3, Loss = Loss.MeanSquaredError };
        Model plain = Model.Of(Layers.Recurrent(new LstmCell(5)), Layers.Dense(2));
        return
        [
            new("shuffled", plain, StatePolicy.Stateless, options),
            new("stateful", plain, StatePolicy.Never, options with { Shuffle = false }),
            new("stateful through earlier batches", plain, StatePolicy.Never, options with { Shuffle = false, EarlierBatches = 2 }),
            new("momentum", plain, StatePolicy.Stateless, options with { Optimizer = new Sgd { Momentum = 0.9, Nesterov = true } }),
            new("AMSGrad, clipped, with a schedule", plain, StatePolicy.Stateless, options with { Optimizer = new Adam { AmsGrad = true, GlobalClipNorm = 0.1, Schedule = LearningRateSchedule.Cosine(20) } }),
            new("dropout", Model.Of(Layers.Recurrent(new GruCell(4), returnSequences: true) with { Dropout = 0.3, RecurrentDropout = 0.2 }, Layers.Dropout(0.5), Layers.Bidirectional(new LstmCell(3), new GruCell(3)), Layers.Dense(2)), StatePolicy.Stateless, options),
        ];
    }

    [Test]
    public void Resume_EqualsUninterruptedTraining([ValueSource(nameof(Cases))] Case training, [Values(1, 4, 7, 12)] int interruptedAt, [Values] bool masked)
    {
        Dataset data = Data(masked);
        ICompiledModel whole = Compile(training);
        TrainingSummary expected = new Trainer(whole, training.State, training.Options, Seeds).Train(data);

        using CancellationTokenSource source = new();
        ICompiledModel interrupted = Compile(training);
        Trainer first = new(interrupted, new Interrupting(training.State, interruptedAt, source), training.Options, Seeds);
        Assert.That(() => first.Train(data, null, source.Token), Throws.InstanceOf<OperationCanceledException>());
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, first.CreateCheckpoint().ToFile());

        ICompiledModel resumed = Compile(training);
        Trainer second = new(resumed, training.State, training.Options, Seeds);
        TrainingSummary summary = second.Resume(data, Checkpoint.FromFile(SafetensorsFile.Read(stream.ToArray(), "memory")));

        foreach (WeightDescription weight in whole.Graph.Weights)
            Assert.That(resumed.GetWeight(weight.Name), Is.EqualTo(whole.GetWeight(weight.Name)), weight.Name);
        Assert.That(summary.Steps, Is.EqualTo(expected.Steps));
        Assert.That(summary.EpochLosses, Is.EqualTo(expected.EpochLosses.Skip(expected.EpochLosses.Count - summary.EpochLosses.Count)));
    }

    [Test]
    public void Resume_OtherSeed_IsRefused()
    {
        Case training = Cases()[0];
        ICompiledModel model = Compile(training);
        Trainer trainer = new(model, training.State, training.Options, Seeds);
        trainer.Train(Data());
        Checkpoint checkpoint = trainer.CreateCheckpoint();
        Assert.That(
            () => new Trainer(model, training.State, training.Options, new Seeds(12)).Resume(Data(), checkpoint),
            Throws.InstanceOf<ResearchException>().With.Message.Contains("seed 11"));
        Assert.That(
            () => new Trainer(Compile(training), training.State, training.Options with { BatchSize = 1 }, Seeds).Resume(Data(), checkpoint with { Step = 1_000_000 }),
            Throws.InstanceOf<ResearchException>().With.Message.Contains("batch size"));
    }

    [TestCase("state/@earlier/0/carry")]
    [TestCase("state/@earlier/1/lstm_1/cell")]
    public void Resume_EarlierBatchesWithFewerRowsThanSamples_AreRefused(string part)
    {
        Case training = Cases()[2];
        Trainer trainer = new(Compile(training), training.State, training.Options, Seeds);
        trainer.Train(Data());
        Checkpoint checkpoint = trainer.CreateCheckpoint();
        NamedTensor[] state = [.. checkpoint.State.Select(tensor => tensor.Name != part ? tensor : tensor.Type == TensorType.UInt8 ? NamedTensor.OfBytes(part, [0], []) : NamedTensor.OfFloats(part, [0], []))];
        Assert.That(
            () => new Trainer(Compile(training), training.State, training.Options with { Epochs = 5 }, Seeds).Resume(Data(), checkpoint with { State = state }),
            Throws.TypeOf<ResearchException>().With.Message.Contains("the file is damaged"));
    }

    [Test]
    public void Resume_WithoutOnePositionPerStream_IsRefused_AndLeavesTheStreams()
    {
        Case training = Cases()[^1];
        Trainer trainer = new(Compile(training), training.State, training.Options, Seeds);
        trainer.Train(Data());
        Checkpoint checkpoint = trainer.CreateCheckpoint();
        Assert.That(
            () => new Trainer(Compile(training), training.State, training.Options, Seeds).Resume(Data(), checkpoint with { Model = [.. checkpoint.Model.Select(tensor => IsStream(tensor) ? NamedTensor.OfLongs(tensor.Name, [0], []) : tensor)] }),
            Throws.TypeOf<ResearchException>().With.Message.Contains("expected Int64 [1], got Int64 [0]"));

        ICompiledModel model = Compile(training);
        Checkpoint ofAnother = checkpoint with { Model = [.. checkpoint.Model.Where(tensor => !tensor.Name.Contains("/first_moment/", StringComparison.Ordinal))] };
        Assert.That(() => new Trainer(model, training.State, training.Options, Seeds).Resume(Data(), ofAnother), Throws.TypeOf<ResearchException>());
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
    private sealed class Interrupting(IStateManager inner, int batch, CancellationTokenSource source) : IStateManager
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
