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

namespace Research.Framework.Tests.Training;

/// <summary>What a training refuses, in a message that says what to do.</summary>
public sealed class TrainingRunTests
{
    private static readonly Seeds Seeds = new(5);

    private static readonly TrainingOptions Options = new() { Epochs = 2, BatchSize = 2, Loss = Loss.MeanSquaredError };

    [TestCase(false)]
    [TestCase(true)]
    public void PolicyThatCarriesAgainstItsWord_IsRefusedInTrainingAlone(bool saysSo)
    {
        TrainingRun run = New(new Carrying(saysSo), Options with { Shuffle = false });
        Assert.That(Evaluation.Predict(Compile(Options), Data([1, 2, 3]), new Carrying(saysSo), 2)[0].Values, Has.Length.EqualTo(3));
        if (saysSo) Assert.That(run.Train(Data([1, 2, 3])).Steps, Is.EqualTo(4));
        else Assert.That(() => run.Train(Data([1, 2, 3])), Throws.TypeOf<ResearchException>().With.Message.Contains("'carrying' says that it carries nothing"));
    }

    [Test]
    public void Predict_NeedsNoTargets_ButInputsThatFit()
    {
        ICompiledModel model = Compile(Options);
        float[] Predict(Dataset data) => Evaluation.Predict(model, data, StatePolicy.Stateless, 2)[0].Values;
        Assert.That(Predict(Data([1, 2, 3], targets: false)), Is.EqualTo(Predict(Data([1, 2, 3]))));
        Assert.That(() => Predict(Data([1, float.NaN, 3])), Refused("got NaN at sample 1"));
        Assert.That(() => Predict(Data([1, 2], samples: 3)), Refused("[3, 1, 1] = 3 values, got 2"));
    }

    private static IEnumerable<TestCaseData> OtherObjectives()
    {
        TestCaseData Case(TrainingOptions options, string says) => new TestCaseData(options, says).SetArgDisplayNames(says);
        yield return Case(Options with { Loss = Loss.MeanAbsoluteError }, "loss 'mean_squared_error' instead of 'mean_absolute_error'");
        yield return Case(Options with { Optimizer = new Sgd() }, "optimizer 'adam' instead of 'sgd'");
        yield return Case(Options with { Optimizer = new Adam { LearningRate = 0.5 } }, "'adam' with other settings");
        yield return Case(Options with { WeightRules = [new() { Pattern = "*", L2 = 1 }] }, "other weight rules");
        yield return Case(Options with { Losses = [new("output", Loss.MeanAbsoluteError)] }, "other losses of single outputs");
        yield return Case(Options with { EarlierBatches = 1 }, "0 earlier batches instead of 1");
    }

    [TestCaseSource(nameof(OtherObjectives))]
    public void AnotherObjectiveThanTheModels_IsRefused(TrainingOptions options, string says) =>
        Assert.That(() => new TrainingRun(Compile(Options), options, StatePolicy.Stateless, Seeds), Refused("compiled for another objective than the training's options have: " + says));

    [Test]
    public void TheSameObjectiveMadeTwice_IsTheSame()
    {
        TrainingOptions Made() => Options with
        {
            Optimizer = new Adam { Schedule = LearningRateSchedule.Cosine(20) },
            Loss = new FunctionLoss("square", (output, target, weight) => weight * Functions.Mean(Functions.Square(output - target))),
        };
        Assert.That(() => new TrainingRun(Compile(Made()), Made(), StatePolicy.Stateless, Seeds), Throws.Nothing);
    }

    private static IEnumerable<TestCaseData> Unfit()
    {
        TestCaseData Case(TrainingOptions options, string says, Dataset? validation = null, IReadOnlyList<IMetric>? metrics = null, IStatePolicy? state = null, bool[]? boundaries = null) =>
            new TestCaseData(options, validation, metrics ?? [], state ?? StatePolicy.Stateless, boundaries, says).SetArgDisplayNames(says);
        Dataset own = Data([4, 5]);
        yield return Case(Options, "Metrics are taken of validation data, and there are none", metrics: [Metric.MeanAbsoluteError]);
        yield return Case(Options with { EarlyStopping = new() }, "early stopping: it watches 'loss' of validation data, and there are none");
        yield return Case(Options with { ReduceOnPlateau = new() }, "reduce on plateau: it watches 'loss' of validation data, and there are none");
        yield return Case(Options with { EarlyStopping = new() { Metric = "mean_absolut_error" } }, "did you mean 'mean_absolute_error'? Known: loss, mean_absolute_error", own, [Metric.MeanAbsoluteError]);
        yield return Case(Options with { ReduceOnPlateau = new() { Metric = "accuracy" } }, "reduce on plateau: Unknown metric 'accuracy'", own);
        yield return Case(Options with { ValidationShare = 0.5 }, "validation data of their own or a share of the data, got both", own);
        yield return Case(Options with { ValidationShare = 1 }, "validation share: expected a number above 0 and below 1, or none, got 1");
        yield return Case(Options with { ValidationShare = double.NaN }, "got NaN");
        yield return Case(Options with { ValidationShare = 0.1 }, "a share of 0.1 of the 3 samples of 'numbers' leaves 3 to learn and 0 to validate with");
        yield return Case(Options with { ValidationShare = 0.9 }, "leaves 0 to learn and 3 to validate with");
        yield return Case(Options with { ValidationShare = 0.4, Shuffle = false }, "cuts the data where state 'never' would carry on", state: StatePolicy.Never);
        yield return Case(Options with { ValidationShare = 0.4 }, "cuts a sequence of 'numbers' at sample 2", boundaries: [true, true, false]);
        yield return Case(Options with { EarlyStopping = new() { Patience = 0 } }, "early stopping: patience: expected at least 1, got 0", own);
        yield return Case(Options with { EarlyStopping = new() { MinimumDelta = -1 } }, "early stopping: minimum delta: expected 0 or more, got -1", own);
        yield return Case(Options with { ReduceOnPlateau = new() { Factor = 1 } }, "reduce on plateau: factor: expected above 0 and below 1, got 1", own);
        yield return Case(Options with { ReduceOnPlateau = new() { Patience = 0 } }, "reduce on plateau: patience", own);
        yield return Case(Options with { ReduceOnPlateau = new() { MinimumDelta = double.NaN } }, "reduce on plateau: minimum delta", own);
        yield return Case(Options with { ReduceOnPlateau = new() { Cooldown = -1 } }, "reduce on plateau: cooldown", own);
        yield return Case(Options with { ReduceOnPlateau = new() { MinimumFactor = 1 } }, "reduce on plateau: minimum factor", own);
        yield return Case(Options, "metrics: 2 are called 'mean_absolute_error'", own, [Metric.MeanAbsoluteError, Metric.MeanAbsoluteError]);
        yield return Case(Options, "one is called 'loss', which is the objective's own figure", own, [Metric.Of("loss", _ => 0)]);
        yield return Case(Options, "the model has no output 'answer'; it has 'output'", own, [Metric.MeanAbsoluteError.For("answer")]);
        yield return Case(Options, "made for 1 features of input 'input'", new() { Description = "wide", Samples = 1, Input = new() { TimeSteps = 1, Features = 2, Values = [1, 2] }, Target = new() { Width = 1, Values = [0] } });
        yield return Case(Options, "targets: expected either class indices or values", Data([4], targets: false));
        yield return Case(Options with { Epochs = -1 }, "epochs: expected 0 or more, got -1");
    }

    [TestCaseSource(nameof(Unfit))]
    public void OptionsThatCannotBeHonoured_AreRefused(TrainingOptions options, Dataset? validation, IReadOnlyList<IMetric> metrics, IStatePolicy state, bool[]? boundaries, string says)
    {
        TrainingRun run = new(Compile(options), options, state, Seeds) { Validation = validation, Metrics = metrics };
        Dataset data = Data([1, 2, 3]);
        Assert.That(() => run.Train(new Dataset { Description = data.Description, Samples = 3, Input = data.Input, Target = data.Target, Boundaries = boundaries }), Refused(says));
    }

    [Test]
    public void Resume_WithAnotherBatchSize_IsRefused()
    {
        TrainingRun run = New(StatePolicy.Stateless, Options);
        run.Train(Data([1, 2, 3]));
        Assert.That(() => New(StatePolicy.Stateless, Options with { BatchSize = 3 }).Resume(Data([1, 2, 3]), run.CreateCheckpoint()),
            Throws.TypeOf<ResearchException>().With.Message.Contains("a batch size of 2; this training has 3"));
    }

    [Test]
    public void Resume_WithABatchLargerThanAnyData_GoesOn()
    {
        TrainingOptions options = Options with { BatchSize = int.MaxValue };
        TrainingRun run = New(StatePolicy.Stateless, options);
        run.Train(Data([1, 2, 3]));
        TrainingSummary summary = New(StatePolicy.Stateless, options with { Epochs = 3 }).Resume(Data([1, 2, 3]), run.CreateCheckpoint());
        Assert.That(summary.Steps, Is.EqualTo(3));
    }

    [TestCase("optimizer/steps")]
    [TestCase("optimizer/first_moment/dense_1/kernel")]
    [TestCase("dense_1/bias")]
    public void Resume_WithAPartMissing_LeavesTheModelAsItWas(string missing)
    {
        TrainingRun run = New(StatePolicy.Stateless, Options);
        run.Train(Data([1, 2, 3]));
        TensorFile file = run.CreateCheckpoint().ToFile();
        Assert.That(file.Contains(missing));
        Checkpoint damaged = Checkpoint.FromFile(new TensorFile([.. file.Tensors.Where(tensor => tensor.Name != missing)], file.Metadata));

        ICompiledModel model = Compile(Options);
        float[] before = model.GetWeight("dense_1/kernel");
        Assert.That(() => new TrainingRun(model, Options, StatePolicy.Stateless, Seeds).Resume(Data([1, 2, 3]), damaged), Throws.TypeOf<ResearchException>());
        Assert.That(model.GetWeight("dense_1/kernel"), Is.EqualTo(before));
    }

    [Test]
    public void Resume_WithADamagedLoss_IsRefused()
    {
        Checkpoint checkpoint = Trained(Options);
        Checkpoint With(NamedTensor tensor) => checkpoint with { Training = [.. checkpoint.Training.Where(known => known.Name != tensor.Name), tensor] };
        void Refuses(Checkpoint damaged, string says) => Assert.That(() => New(StatePolicy.Stateless, Options).Resume(Data([1, 2, 3]), damaged), Refused(says));
        Refuses(With(NamedTensor.OfDoubles("training/epoch/loss_sums", [2], [1, 2])), "'training/epoch/loss_sums': expected Float64 [1], got Float64 [2]");
        Refuses(With(NamedTensor.OfLongs("training/epoch/counted_rows", [1], [-3])), "'training/epoch/counted_rows': expected numbers of 0 or more, got -3");
        Refuses(With(NamedTensor.OfDoubles("training/curves/training/loss", [1], [0])), "'training/curves/training/loss': expected Float64 [2], got Float64 [1]");
        Refuses(checkpoint with { Training = [] }, "has no 'training/batch_size'");
    }

    [Test]
    public void Resume_WithOtherOptions_IsRefused()
    {
        TrainingOptions validated = Options with { ValidationShare = 0.4, EarlyStopping = new() { RestoreBest = true }, ReduceOnPlateau = new() };
        Checkpoint plain = Trained(Options with { BatchSize = 1 }), full = Trained(validated with { BatchSize = 1 });
        void Refuses(TrainingOptions options, Checkpoint checkpoint, string says) => Assert.That(() => New(StatePolicy.Stateless, options with { BatchSize = 1 }, "data", "validation_data", "early_stopping", "reduce_on_plateau").Resume(Data([1, 2, 3]), checkpoint), Refused(says));
        Refuses(validated, plain with { Step = 4 }, "has no 'training/curves/training/learning_rate_factor'; resume with the options, validation data and metrics it was trained with");
        Refuses(validated with { ReduceOnPlateau = null }, full, "holds 'training/curves/training/learning_rate_factor', 'training/reduce_on_plateau/best'");
        Refuses(validated with { EarlyStopping = new() }, full, "resume with early stopping that restores them");
        NamedTensor[] Without(string name) => [.. full.Training.Where(tensor => tensor.Name != name)];
        Refuses(validated, full with { Training = Without("training/best/dense_1/kernel") }, "The checkpoint's 'training/best/…' do not fit the model: 'dense_1/kernel' is missing");
        Refuses(validated, full with { Training = Without("training/early_stopping/wait") }, "has no 'training/early_stopping/wait'");
    }

    private static IEnumerable<TestCaseData> OtherConditions()
    {
        yield return Case("loss", Options with { Loss = Loss.MeanAbsoluteError }, StatePolicy.Stateless, [1, 2, 3]);
        yield return Case("optimizer", Options with { Optimizer = Options.Optimizer.WithLearningRate(0.123) }, StatePolicy.Stateless, [1, 2, 3]);
        yield return Case("shuffle", Options with { Shuffle = !Options.Shuffle }, StatePolicy.Stateless, [1, 2, 3]);
        yield return Case("weight_rules", Options with { WeightRules = [new() { Pattern = "*", L2 = 0.1 }] }, StatePolicy.Stateless, [1, 2, 3]);
        yield return Case("data", Options, StatePolicy.Stateless, [1, 2, 4]);

        TestCaseData Case(string name, TrainingOptions options, IStatePolicy state, float[] inputs) => new TestCaseData(name, options, state, inputs).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(OtherConditions))]
    public void Resume_UnderAnotherCondition_IsRefusedByName_OrAllowedByIt(string name, TrainingOptions options, IStatePolicy state, float[] inputs)
    {
        Checkpoint checkpoint = Trained(Options);
        Assert.That(() => New(state, options).Resume(Data(inputs), checkpoint), Refused($"The checkpoint was trained with {name} '"));
        Assert.That(New(state, options with { Epochs = options.Epochs + 1 }, name).Resume(Data(inputs), checkpoint).Steps, Is.GreaterThan(checkpoint.Step));
        Assert.That(() => New(state, options, name + "x").Resume(Data(inputs), checkpoint), Refused($"did you mean '{name}'?"));
    }

    [Test]
    public void Resume_OfWhatNoTrainingLeaves_IsRefused([Values] bool adam)
    {
        TrainingOptions options = Options with { Optimizer = adam ? new Adam() : new RmsProp() };
        Checkpoint checkpoint = Trained(options);
        void Refuses(NamedTensor tensor, string says)
        {
            Checkpoint damaged = checkpoint with { Model = [.. checkpoint.Model.Select(known => known.Name == tensor.Name ? tensor : known)] };
            Assert.That(() => New(StatePolicy.Stateless, options with { Epochs = 9 }).Resume(Data([1, 2, 3]), damaged), Refused(says));
        }

        Refuses(NamedTensor.OfFloats("dense_1/kernel", [1, 1], [float.NaN]), "'dense_1/kernel': expected finite numbers, got NaN");
        Refuses(NamedTensor.OfFloats(adam ? "optimizer/second_moment/dense_1/bias" : "optimizer/mean_square/dense_1/bias", [1], [-1]), "expected finite numbers of 0 or more, got -1");
        Refuses(NamedTensor.OfLongs("optimizer/steps", [1], [1000]), "'training/updates': expected 1000, as 'optimizer/steps' says, got ");
        if (adam) Refuses(NamedTensor.OfDoubles("optimizer/beta1_power", [1], [0.5]), "'optimizer/beta1_power': expected about 0.");
        if (adam) Refuses(NamedTensor.OfLongs("optimizer/steps", [1], [0]), "'training/updates': expected 0, as 'optimizer/steps' says, got ");
    }

    private static Checkpoint Trained(TrainingOptions options)
    {
        TrainingRun run = New(StatePolicy.Stateless, options);
        run.Train(Data([1, 2, 3]));
        return run.CreateCheckpoint();
    }

    private static TrainingRun New(IStatePolicy state, TrainingOptions options, params string[] mayDiffer) => new(Compile(options), options, state, Seeds) { MayDiffer = mayDiffer };

    private static ICompiledModel Compile(TrainingOptions options) => new ManagedEngine().Compile(Model.Of(Layers.Dense(1)), 1, options, Seeds);

    private static NUnit.Framework.Constraints.Constraint Refused(string message) => Throws.TypeOf<ResearchException>().With.Message.Contains(message);

    private static Dataset Data(float[] inputs, bool targets = true, int? samples = null) => new()
    {
        Description = "numbers",
        Samples = samples ?? inputs.Length,
        Input = new() { TimeSteps = 1, Features = 1, Values = inputs },
        Target = new() { Width = 1, Values = targets ? new float[samples ?? inputs.Length] : null },
    };

    private sealed class Carrying(bool saysSo) : IStatePolicy
    {
        public string Name => "carrying";

        public bool CarriesBetweenBatches => saysSo;

        public RowState Before(BatchContext context, int row) => RowState.Carry;
    }
}
