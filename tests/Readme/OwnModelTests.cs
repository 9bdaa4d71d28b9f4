using Research.Cells;
using Research.Datasets.Framers;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Hosting;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;
using static Research.Datasets.Sources.Alphabet;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace ReadersProject;

/// <summary>The code that README.md quotes of a model without an experiment, at work.</summary>
public sealed class OwnModelTests
{
    [Test]
    public void Model_IsTrainedSavedLoadedAndTrainedOn()
    {
        string weightsFile = NewPath(), checkpointFile = NewPath();
        try
        {
            Dataset data = new TimeStepsFramer(3).Frame(Latin);
            Model model = Model.Of(Recurrent(new LstmCell(16)), Dense(26, Softmax));
            TrainingOptions training = new() { Epochs = 30, BatchSize = 1 };
            Seeds seeds = new(7);
            ICompiledModel Compile() => new ManagedEngine().Compile(model.Graph(data), training.Objective, seeds, training.Threads);
            TrainingRun RunOf(ICompiledModel compiled, int epochs) =>
                new(compiled, training.WithEpochs(epochs), StatePolicy.Stateless, seeds) { Validation = data.Part(0, 5), Metrics = [Accuracy] };

            using ICompiledModel first = Compile();
            TrainingRun run = RunOf(first, epochs: 30);
            IReadOnlyList<double> accuracies = run.Train(data).Curve("validation/accuracy");
            Predictions predictions = Evaluation.Predict(first, data, StatePolicy.Stateless, batchSize: 32)[0];
            WeightFiles.Save(weightsFile, ModelWeights.Of(first));
            WeightFiles.Save(checkpointFile, run.CreateCheckpoint().ToFile());

            using ICompiledModel second = Compile(); // the weights alone, to predict with
            ModelWeights.Apply(second, WeightFiles.Load(weightsFile));

            using ICompiledModel third = Compile(); // all of the training, to go on with
            TrainingSummary summary = RunOf(third, epochs: 60).Resume(data, Checkpoint.FromFile(WeightFiles.Load(checkpointFile)));

            Assert.That(accuracies, Has.Count.EqualTo(30));
            Assert.That(predictions.Values, Is.EqualTo(Evaluation.Predict(second, data, StatePolicy.Stateless, batchSize: 32)[0].Values));
            Assert.That(summary.EpochLosses, Has.Count.EqualTo(60));
            using ICompiledModel uninterrupted = Compile();
            Assert.That(RunOf(uninterrupted, epochs: 60).Train(data).EpochLosses, Is.EqualTo(summary.EpochLosses));
            Assert.That(third.GetWeight("lstm_1/kernel"), Is.EqualTo(uninterrupted.GetWeight("lstm_1/kernel")).And.Not.EqualTo(first.GetWeight("lstm_1/kernel")));
        }
        finally
        {
            File.Delete(weightsFile);
            File.Delete(checkpointFile);
        }
    }

    private static string NewPath() => Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
}
