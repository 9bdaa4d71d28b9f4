using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;

namespace Research.Cells.Tests.Training;

/// <summary>Validating and evaluating in the middle of a stateful training leaves the training as it was (in Keras it does not).</summary>
public sealed class ValidationTests
{
    private static readonly Seeds Seeds = new(4);

    private static readonly TrainingOptions Options = new() { Epochs = 5, BatchSize = 4, Shuffle = false, Loss = Loss.MeanSquaredError };

    [Test]
    public void Validation_ChangesNoBitOfTheTraining([Values] bool shuffled)
    {
        TrainingOptions options = Options with { Shuffle = shuffled, EarlyStopping = new() { Patience = 100 } };
        IStatePolicy state = shuffled ? StatePolicy.Stateless : StatePolicy.Never;
        TrainingRun alone = new(Compile(), options with { EarlyStopping = null }, state, Seeds), validated = new(Compile(), options, state, Seeds) { Validation = Data(7), Metrics = [Metric.MeanAbsoluteError] };
        IReadOnlyList<double> losses = alone.Train(Data(18)).EpochLosses;
        Assert.That(validated.Train(Data(18)).EpochLosses, Is.EqualTo(losses));
        Same(validated.CreateCheckpoint(), alone.CreateCheckpoint());
    }

    [Test]
    public void PredictingBetweenEpochs_ChangesNoBitOfTheTraining()
    {
        TrainingRun alone = new(Compile(), Options, StatePolicy.Never, Seeds);
        alone.Train(Data(18));
        Watcher watcher = new(model => Assert.That(Evaluation.Predict(model, Data(7), StatePolicy.Never, 4)[0].Values, Has.Length.EqualTo(7)));
        TrainingRun watched = new(Compile(), Options, StatePolicy.Never, Seeds) { Observers = [watcher] };
        watched.Train(Data(18));
        Assert.That(watcher.Epochs, Is.EqualTo(5));
        Same(watched.CreateCheckpoint(), alone.CreateCheckpoint());
    }

    [Test]
    public void Figures_AreThoseOfEvaluatingAfterEachEpoch()
    {
        List<IReadOnlyList<MetricValue>> expected = [];
        IMetric[] metrics = [Metric.MeanAbsoluteError, Metric.R2];
        TrainingRun run = new(Compile(), Options, StatePolicy.Never, Seeds)
        {
            Validation = Data(7),
            Metrics = metrics,
            Observers = [new Watcher(model => expected.Add(Evaluation.Evaluate(model, Data(7), StatePolicy.Never, 4, metrics)))],
        };
        TrainingSummary summary = run.Train(Data(18));
        Assert.That(expected[0].Select(figure => figure.Name), Is.EqualTo(["loss", "mean_absolute_error", "r2"]));
        for (int epoch = 0; epoch < 5; epoch++)
            Assert.That(expected[epoch].Select(figure => summary.Curve("validation/" + figure.Name)[epoch]), Is.EqualTo(expected[epoch].Select(figure => figure.Value)));
    }

    [TestCase(0.25, 4)] // 18 samples: 4.5, rounded up
    [TestCase(0.5, 9)]
    [TestCase(0.1, 2)]
    public void ValidationShare_IsNotLearnt_ButValidatedWith(double share, int atLeast)
    {
        int held = Math.Max(atLeast, (int)Math.Round(18 * share, MidpointRounding.AwayFromZero));
        TrainingOptions options = Options with { Shuffle = true };
        TrainingRun shared = new(Compile(), options with { ValidationShare = share }, StatePolicy.Stateless, Seeds) { Metrics = [Metric.MeanAbsoluteError] };
        TrainingRun apart = new(Compile(), options, StatePolicy.Stateless, Seeds) { Validation = Data(18).Part(18 - held, held), Metrics = [Metric.MeanAbsoluteError] };
        TrainingSummary summary = shared.Train(Data(18)), expected = apart.Train(Data(18).Part(0, 18 - held));
        Assert.That(summary.Curves.SelectMany(curve => curve.Values), Is.EqualTo(expected.Curves.SelectMany(curve => curve.Values)));
        Same(shared.CreateCheckpoint(), apart.CreateCheckpoint());
    }

    [Test]
    public void ValidationShare_MayEndWhereASequenceBegins()
    {
        Dataset data = Data(4);
        Dataset sequences = new() { Description = "sequences", Samples = 4, Input = data.Input, Target = data.Target, Boundaries = [true, false, true, false] };
        TrainingRun run = new(Compile(), Options with { ValidationShare = 0.5 }, StatePolicy.Stateless, Seeds);
        Assert.That(run.Train(sequences).Curve("validation/loss"), Has.Count.EqualTo(5));
    }

    private static void Same(Checkpoint actual, Checkpoint expected)
    {
        foreach ((NamedTensor left, NamedTensor right) in actual.Model.Concat(actual.State).Zip(expected.Model.Concat(expected.State), (left, right) => (left, right)))
        {
            Assert.That(left.ToString(), Is.EqualTo(right.ToString()));
            Assert.That(left.Bytes.SequenceEqual(right.Bytes), left.Name);
        }
    }

    private static ICompiledModel Compile() => new ManagedEngine().Compile(
        Model.Of(Layers.Recurrent(new LstmCell(6)) with { Dropout = 0.2, RecurrentDropout = 0.1 }, Layers.Dropout(0.3), Layers.Dense(1)), 1, Options, Seeds);

    private static Dataset Data(int samples)
    {
        Random random = new Seeds(samples).Stream("data");
        return new Dataset
        {
            Description = "noise",
            Samples = samples,
            Input = new() { TimeSteps = 2, Features = 1, Values = [.. Enumerable.Range(0, 2 * samples).Select(_ => random.NextSingle())] },
            Target = new() { Width = 1, Values = [.. Enumerable.Range(0, samples).Select(_ => random.NextSingle())] },
        };
    }

    private sealed class Watcher(Action<ICompiledModel> atEpochsEnd) : ITrainingObserver
    {
        public int Epochs { get; private set; }

        public void EpochEnded(EpochEnd epoch)
        {
            Epochs++;
            atEpochsEnd(epoch.Model);
        }
    }

    [Test]
    public void Data_OfSizesWhoseProductIsZeroIn32Bits_AreRefused()
    {
        Dataset data = new() { Description = "huge", Samples = 1, Input = new() { TimeSteps = 1, Features = 1, Values = [0] }, Target = new() { TimeSteps = 65536, Width = 65536, Values = [0] } };
        Assert.That(data.Validate, Throws.TypeOf<ResearchException>().With.Message.Contains("= 4294967296 values, got 1"));
    }
}
