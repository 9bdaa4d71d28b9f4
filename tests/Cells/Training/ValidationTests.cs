using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Cells.Tests.Training;

/// <summary>Evaluating in the middle of a stateful training leaves the training as it was (in Keras it does not).</summary>
public sealed class ValidationTests
{
    [Test]
    public void PredictingBetweenEpochs_ChangesNoBitOfTheTraining()
    {
        ICompiledModel alone = Train(validate: false), watched = Train(validate: true);
        foreach (WeightDescription weight in alone.Graph.Weights)
            Assert.That(watched.GetWeight(weight.Name), Is.EqualTo(alone.GetWeight(weight.Name)), weight.Name);
    }

    private static ICompiledModel Train(bool validate)
    {
        Seeds seeds = new(4);
        TrainingOptions options = new() { Epochs = 5, BatchSize = 4, Shuffle = false, Loss = Loss.MeanSquaredError };
        ICompiledModel model = new ManagedEngine().Compile(
            Model.Of(Layers.Recurrent(new LstmCell(6)) with { Dropout = 0.2, RecurrentDropout = 0.1 }, Layers.Dropout(0.3), Layers.Dense(1)), 1, options, seeds);
        Trainer trainer = new(model, StatePolicy.Never, options, seeds);
        Watcher watcher = new(() =>
        {
            if (validate) Assert.That(trainer.Predict(Data(7)).Values, Has.Length.EqualTo(7));
        });
        trainer.Train(Data(18), watcher);
        Assert.That(watcher.Epochs, Is.EqualTo(5));
        return model;
    }

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

    private sealed class Watcher(Action atEpochsEnd) : ITrainingObserver
    {
        public int Epochs { get; private set; }

        public void EpochEnded(EpochProgress progress)
        {
            Epochs++;
            atEpochsEnd();
        }
    }

    [Test]
    public void Data_OfSizesWhoseProductIsZeroIn32Bits_AreRefused()
    {
        Dataset data = new() { Description = "huge", Samples = 1, Input = new() { TimeSteps = 1, Features = 1, Values = [0] }, Target = new() { TimeSteps = 65536, Width = 65536, Values = [0] } };
        Assert.That(data.Validate, Throws.TypeOf<ResearchException>().With.Message.Contains("= 4294967296 values, got 1"));
    }
}
