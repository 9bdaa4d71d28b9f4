using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;

namespace Research.Framework.Tests.Training;

/// <summary>Early stopping, a falling learning rate and observers, over figures made by hand.</summary>
public sealed class WatchedTrainingTests
{
    private static readonly Seeds Seeds = new(5);

    private static readonly TrainingOptions Options = new() { Epochs = 12, BatchSize = 2, Loss = Loss.MeanSquaredError };

    [TestCase("5 4 3 3 4 3 2 2 2", 2, 0.0, false, 5, 3, Description = "two epochs after the best")]
    [TestCase("5 4 3 3 4 2 2 2 2", 3, 0.0, false, 9, 6, Description = "better in the last moment")]
    [TestCase("5 6 1", 1, 0.0, false, 2, 1)]
    [TestCase("5 4.5 4.2 3 3", 2, 1.0, false, 3, 1, Description = "better, but not enough")]
    [TestCase("5 4 3.5 2.9 2.8 2.7", 2, 1.0, false, 5, 3, Description = "measured against the best, not the last")]
    [TestCase("5 6 7 7 1", 1, 0.0, true, 4, 3, Description = "larger is better")]
    [TestCase("NaN 4 NaN NaN 1", 2, 0.0, false, 4, 2, Description = "no number is never better")]
    [TestCase("NaN NaN NaN", 3, 0.0, false, 3, null)]
    [TestCase("Infinity 6 5 4", 2, 0.0, true, 4, 2, Description = "nor is infinity, though larger")]
    [TestCase("-Infinity 4 5 6", 2, 0.0, false, 4, 2, Description = "nor is infinity, though smaller")]
    [TestCase("12 11 10 9 8 7 6 5 4 3 2 1", 1, 0.0, false, 12, 12, Description = "never")]
    public void EarlyStopping_EndsWhereNothingGetsBetter(string figures, int patience, double delta, bool larger, int epochs, int? best)
    {
        TrainingSummary summary = Run(Options with { EarlyStopping = new() { Metric = "given", Patience = patience, MinimumDelta = delta } }, Given(figures, larger));
        Assert.That(summary.EpochLosses, Has.Count.EqualTo(epochs));
        Assert.That(summary.BestEpoch, Is.EqualTo(best));
        Assert.That(summary.StoppedEarly, Is.EqualTo(epochs < 12));
        Assert.That(summary.Steps, Is.EqualTo(2 * epochs));
        Assert.That(summary.Curve("validation/given"), Is.EqualTo(Numbers(figures).Take(epochs)));
    }

    [Test]
    public void CancellationThatNobodyAskedFor_IsItsAuthors_AndNamed()
    {
        IMetric metric = Metric.Of("slow", _ => throw new OperationCanceledException("timed out"));
        Assert.That(() => Run(Options, metric), Throws.TypeOf<UserCodeException>().With.Message.StartsWith("metric 'slow': OperationCanceledException: timed out"));
        Watcher watcher = new(_ => throw new TaskCanceledException("timed out"));
        Assert.That(() => Run(Options, null, null, watcher), Throws.TypeOf<UserCodeException>().With.Message.StartsWith("observer 'Watcher': TaskCanceledException: timed out"));
    }

    [Test]
    public void CancellationThatWasAskedFor_PassesThroughAnObserver()
    {
        using CancellationTokenSource source = new();
        Watcher watcher = new(_ =>
        {
            source.Cancel();
            source.Token.ThrowIfCancellationRequested();
        });
        ICompiledModel model = Compile(Options);
        Assert.That(() => new TrainingRun(model, Options, StatePolicy.Stateless, Seeds) { Observers = [watcher] }.Train(Data(4), source.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void TrainingToAFarEpoch_IsCancelledAtOnce_AndTakesNoRoomForIt()
    {
        Assert.That(() => Run(Options with { Epochs = int.MaxValue }, null), Throws.TypeOf<ResearchException>().With.Message.Contains("epochs: expected at most 268435448"));
        using CancellationTokenSource source = new();
        TrainingOptions far = Options with { Epochs = 268_435_448 };
        int epochs = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        TrainingRun run = new(Compile(far), far, StatePolicy.Stateless, Seeds)
        {
            Observers = [new Watcher(_ =>
            {
                if (++epochs == 3) source.Cancel();
            })],
        };
        Assert.That(() => run.Train(Data(4), source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(epochs, Is.EqualTo(3));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 << 20), "not for every epoch that is to come");
        Assert.That(run.CreateCheckpoint().Epoch, Is.EqualTo(3));
    }

    [Test]
    public void PolicyThatAnswersNeither_IsNamed()
    {
        IStatePolicy policy = StatePolicy.Of("odd", carriesBetweenBatches: false, (_, _) => (RowState)7);
        Assert.That(() => new TrainingRun(Compile(Options), Options, policy, Seeds).Train(Data(4)), Throws.TypeOf<ResearchException>().With.Message.StartsWith("State 'odd': expected Reset or Carry, got 7 for row 0"));
    }

    [TestCase("5 3 4 4", 2, Description = "stopped")]
    [TestCase("12 11 10 1 10 10 10 10 10 10 10 10", 20, Description = "ended by itself")]
    public void EarlyStopping_RestoresTheBestWeights(string figures, int patience)
    {
        List<float> weights = [];
        ICompiledModel model = Compile(Options);
        TrainingOptions options = Options with { EarlyStopping = new() { Metric = "given", Patience = patience } };
        TrainingSummary Of(ICompiledModel trained, bool restores) =>
            Run(options with { EarlyStopping = options.EarlyStopping! with { RestoreBest = restores } }, Given(figures), trained, new Watcher(epoch => weights.Add(Weight(epoch.Model))));
        TrainingSummary summary = Of(model, restores: true);
        Assert.That(weights, Is.Unique);
        Assert.That(Weight(model), Is.EqualTo(weights[summary.BestEpoch!.Value - 1]));

        ICompiledModel keeping = Compile(Options);
        Of(keeping, restores: false);
        Assert.That(Weight(keeping), Is.EqualTo(weights[^1]));
    }

    [Test]
    public void ReduceOnPlateau_IsThatOfKeras()
    {
        // Keras 3's ReduceLROnPlateau(factor=0.5, patience=2, min_delta=0, cooldown=1, min_lr=0.2) by hand, from a rate of 1:
        // the rate that an epoch is trained with is set at the end of the one before.
        Assert.That(Factors("5 5 5 5 5 5 5 5 5 5 5 5", new() { Factor = 0.5, Patience = 2, MinimumDelta = 0, Cooldown = 1, MinimumFactor = 0.2 }),
            Is.EqualTo(new[] { 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2 }));
        Assert.That(Factors("5 5 4 4 4 3.5 3.5 3.5 1 1 1 1", new() { Factor = 0.1, Patience = 2, MinimumDelta = 0.9 }),
            Is.EqualTo(new[] { 1, 1, 1, 1, 1, 0.1, 0.1, 0.1 * 0.1, 0.1 * 0.1, 0.1 * 0.1, 0.1 * 0.1, 0.1 * 0.1 * 0.1 }).Within(1e-15));
        Assert.That(Factors("1 2 3 4 5 6 7 8 9 10 11 12", new() { Patience = 1 }, larger: true), Is.All.EqualTo(1));
    }

    [Test]
    public void LearningRateFactor_IsSetWhileTrainingGoesOn()
    {
        ICompiledModel model = Compile(Options);
        List<float> weights = [];
        Run(Options, null, model, new Watcher(epoch =>
        {
            weights.Add(Weight(epoch.Model));
            if (epoch.Epoch == 4) epoch.Model.LearningRateFactor = 0;
        }));
        Assert.That(weights.Take(4), Is.Unique);
        Assert.That(weights.Skip(4), Is.All.EqualTo(weights[3]));
    }

    [Test]
    public void Observer_SeesLossesMetricsAndTheModel()
    {
        List<EpochEnd> ends = [];
        ICompiledModel model = Compile(Options);
        TrainingSummary summary = Run(Options with { Epochs = 3 }, Given("3 1 2"), model, new Watcher(ends.Add));
        Assert.That(ends.Select(end => (end.Epoch, end.Epochs, end.Steps)), Is.EqualTo(new[] { (1, 3, 2L), (2, 3, 4L), (3, 3, 6L) }));
        Assert.That(ends.Select(end => end.Loss), Is.EqualTo(summary.EpochLosses));
        Assert.That(ends.Select(end => end.Metric("given")), Is.EqualTo(new[] { 3, 1, 2 }));
        Assert.That(ends.Select(end => end.Metric("loss")), Is.EqualTo(summary.Curve("validation/loss")));
        Assert.That(ends.Select(end => end.Model), Is.All.SameAs(model));
        Assert.That(() => ends[0].Metric("gven"), Throws.TypeOf<ResearchException>().With.Message.Contains("did you mean 'given'? Known: loss, given."));
        Assert.That(summary.Curves.Select(curve => curve.Name), Is.EqualTo(["training/loss", "validation/loss", "validation/given"]));
        Assert.That(() => summary.Curve("loss"), Throws.TypeOf<ResearchException>().With.Message.Contains("Known: training/loss, validation/loss, validation/given."));
    }

    [Test]
    public void Observer_StopsTheTraining_OnceAllAreTold()
    {
        List<int> told = [];
        TrainingSummary summary = Run(Options, null, null, new Watcher(epoch =>
        {
            if (epoch.Epoch == 4) epoch.Stop();
        }), new Watcher(epoch => told.Add(epoch.IsStopping ? -epoch.Epoch : epoch.Epoch)));
        Assert.That(told, Is.EqualTo([1, 2, 3, -4]));
        Assert.That(summary.EpochLosses, Has.Count.EqualTo(4));
        Assert.That(summary.StoppedEarly);
        Assert.That(summary.BestEpoch, Is.Null);
    }

    [Test]
    public void Stop_FromAnotherThread_EndsTheEpochThatGoesOn()
    {
        TrainingRun run = null!;
        run = new TrainingRun(Compile(Options), Options, StatePolicy.Stateless, Seeds)
        {
            Observers = [new Watcher(epoch =>
            {
                if (epoch.Epoch != 2) return;
                Thread other = new(run.Stop);
                other.Start();
                other.Join();
            })],
        };
        Assert.That(run.Train(Data(4)).EpochLosses, Has.Count.EqualTo(2));
        Assert.That(run.Train(Data(4)).EpochLosses, Has.Count.EqualTo(2), "once more, from the first epoch");
    }

    [Test]
    public void Observer_TakesACheckpoint_FromWhichTheRestEqualsTheRest()
    {
        TrainingOptions options = Options with { EarlyStopping = new() { Patience = 20, RestoreBest = true }, ReduceOnPlateau = new() { Patience = 1, MinimumDelta = 1 } };
        List<Checkpoint> kept = [];
        ICompiledModel model = Compile(options), resumed = Compile(options);
        TrainingSummary whole = Run(options, null, model, new Watcher(epoch => kept.Add(epoch.CreateCheckpoint())));
        foreach (Checkpoint checkpoint in kept)
        {
            TrainingSummary rest = new TrainingRun(resumed, options, StatePolicy.Stateless, Seeds) { Validation = Data(6) }.Resume(Data(4), checkpoint);
            Assert.That(Weight(resumed), Is.EqualTo(Weight(model)));
            Assert.That(rest.Curves.Select(curve => curve.Values), Is.EqualTo(whole.Curves.Select(curve => curve.Values)));
        }
    }

    [Test]
    public void EpochsEndMadeByHand_TriesAnObserver()
    {
        EpochEnd end = new() { Epoch = 1, Epochs = 2, Steps = 3, Loss = 0.5, Model = Compile(Options) };
        new Watcher(epoch => epoch.Stop()).EpochEnded(end);
        Assert.That(end.IsStopping);
        Assert.That(end.CreateCheckpoint, Throws.TypeOf<ResearchException>().With.Message.Contains("made by hand"));
    }

    [Test]
    public void MetricOrObserverThatThrows_IsNamed()
    {
        Assert.That(() => Run(Options, Metric.Of("lift", _ => throw new InvalidCastException("oops"))), Throws.TypeOf<UserCodeException>().With.Message.StartsWith("metric 'lift': InvalidCastException: oops"));
        Assert.That(() => Run(Options, null, null, new Watcher(_ => throw new InvalidCastException("oops"))), Throws.TypeOf<UserCodeException>().With.Message.StartsWith("observer 'Watcher': InvalidCastException: oops"));
    }

    private static IReadOnlyList<double> Factors(string figures, ReduceOnPlateau plateau, bool larger = false) =>
        Run(Options with { ReduceOnPlateau = plateau with { Metric = "given" } }, Given(figures, larger)).Curve("training/learning_rate_factor");

    private static double[] Numbers(string figures) => [.. figures.Split(' ').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];

    // A figure for each epoch, whatever was predicted.
    private static IMetric Given(string figures, bool larger = false)
    {
        double[] values = Numbers(figures);
        int next = 0;
        return Metric.Of("given", _ => values[next++], larger);
    }

    private static TrainingSummary Run(TrainingOptions options, IMetric? metric, ICompiledModel? model = null, params ITrainingObserver[] observers) =>
        new TrainingRun(model ?? Compile(options), options, StatePolicy.Stateless, Seeds) { Validation = Data(6), Metrics = metric is null ? [] : [metric], Observers = observers }.Train(Data(4));

    private static ICompiledModel Compile(TrainingOptions options) => new ManagedEngine().Compile(Model.Of(Layers.Dense(1)), 1, options, Seeds);

    private static float Weight(ICompiledModel model) => model.GetWeight("dense_1/kernel")[0];

    private static Dataset Data(int samples) => new()
    {
        Description = "numbers",
        Samples = samples,
        Input = new() { TimeSteps = 1, Features = 1, Values = [.. Enumerable.Range(0, samples).Select(sample => sample + 1f)] },
        Target = new() { Width = 1, Values = new float[samples] },
    };

    private sealed class Watcher(Action<EpochEnd> act) : ITrainingObserver
    {
        public void EpochEnded(EpochEnd epoch) => act(epoch);
    }
}
