using Research.Framework.Data;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;

namespace Research.Framework.Tests.Training;

/// <summary>What the trainer refuses, in a message that says what to do.</summary>
public sealed class TrainerTests
{
    private static readonly Seeds Seeds = new(5);

    private static readonly TrainingOptions Options = new() { Epochs = 2, BatchSize = 2, Loss = Loss.MeanSquaredError };

    [TestCase(false)]
    [TestCase(true)]
    public void PolicyThatCarriesAgainstItsWord_IsRefusedInTrainingAlone(bool saysSo)
    {
        Trainer trainer = New(new Carrying(saysSo), Options with { Shuffle = false });
        Assert.That(() => trainer.Predict(Data([1, 2, 3])).Values, Has.Length.EqualTo(3));
        if (saysSo) Assert.That(trainer.Train(Data([1, 2, 3])).Steps, Is.EqualTo(4));
        else Assert.That(() => trainer.Train(Data([1, 2, 3])), Throws.TypeOf<ResearchException>().With.Message.Contains("'carrying' says that it carries nothing"));
    }

    [Test]
    public void Predict_NeedsNoTargets_ButInputsThatFit()
    {
        Trainer trainer = New(StatePolicy.Stateless, Options);
        Assert.That(trainer.Predict(Data([1, 2, 3], targets: false)).Values, Is.EqualTo(trainer.Predict(Data([1, 2, 3])).Values));
        Assert.That(() => trainer.Predict(Data([1, float.NaN, 3])), Throws.TypeOf<ResearchException>().With.Message.Contains("got NaN at sample 1"));
        Assert.That(() => trainer.Predict(Data([1, 2], samples: 3)), Throws.TypeOf<ResearchException>().With.Message.Contains("[3, 1, 1] = 3 values, got 2"));
    }

    [Test]
    public void Resume_WithAnotherBatchSize_IsRefused()
    {
        Trainer trainer = New(StatePolicy.Stateless, Options);
        trainer.Train(Data([1, 2, 3]));
        Assert.That(() => New(StatePolicy.Stateless, Options with { BatchSize = 3 }).Resume(Data([1, 2, 3]), trainer.CreateCheckpoint()),
            Throws.TypeOf<ResearchException>().With.Message.Contains("a batch size of 2; this training has 3"));
    }

    [Test]
    public void Resume_WithABatchLargerThanAnyData_GoesOn()
    {
        TrainingOptions options = Options with { BatchSize = int.MaxValue };
        Trainer trainer = New(StatePolicy.Stateless, options);
        trainer.Train(Data([1, 2, 3]));
        TrainingSummary summary = New(StatePolicy.Stateless, options with { Epochs = 3 }).Resume(Data([1, 2, 3]), trainer.CreateCheckpoint());
        Assert.That(summary.Steps, Is.EqualTo(3));
    }

    [TestCase("optimizer/steps")]
    [TestCase("optimizer/first_moment/dense_1/kernel")]
    [TestCase("dense_1/bias")]
    public void Resume_WithAPartMissing_LeavesTheModelAsItWas(string missing)
    {
        Trainer trainer = New(StatePolicy.Stateless, Options);
        trainer.Train(Data([1, 2, 3]));
        TensorFile file = trainer.CreateCheckpoint().ToFile();
        Assert.That(file.Contains(missing));
        Checkpoint damaged = Checkpoint.FromFile(new TensorFile([.. file.Tensors.Where(tensor => tensor.Name != missing)], file.Metadata));

        Trainer second = New(StatePolicy.Stateless, Options);
        float[] before = second.Predict(Data([1, 2, 3])).Values;
        Assert.That(() => second.Resume(Data([1, 2, 3]), damaged), Throws.TypeOf<ResearchException>());
        Assert.That(second.Predict(Data([1, 2, 3])).Values, Is.EqualTo(before));
    }

    [Test]
    public void Resume_WithADamagedLoss_IsRefused()
    {
        Trainer trainer = New(StatePolicy.Stateless, Options);
        trainer.Train(Data([1, 2, 3]));
        Checkpoint damaged = trainer.CreateCheckpoint() with { Notes = new Dictionary<string, string> { ["epoch_loss_sum"] = "much" } };
        Assert.That(() => New(StatePolicy.Stateless, Options).Resume(Data([1, 2, 3]), damaged),
            Throws.TypeOf<ResearchException>().With.Message.Contains("'epoch_loss_sum': expected a whole number, got 'much'"));
    }

    private static Trainer New(IStateManager state, TrainingOptions options) =>
        new(new ManagedEngine().Compile(Model.Of(Layers.Dense(1)), 1, options, Seeds), state, options, Seeds);

    private static Dataset Data(float[] inputs, bool targets = true, int? samples = null) => new()
    {
        Description = "numbers",
        Samples = samples ?? inputs.Length,
        Input = new() { TimeSteps = 1, Features = 1, Values = inputs },
        Target = new() { Width = 1, Values = targets ? new float[samples ?? inputs.Length] : null },
    };

    private sealed class Carrying(bool saysSo) : IStateManager
    {
        public string Name => "carrying";

        public bool CarriesBetweenBatches => saysSo;

        public RowState Before(BatchContext context, int row) => RowState.Carry;
    }
}
