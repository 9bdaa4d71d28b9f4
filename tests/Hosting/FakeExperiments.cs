using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests;

internal abstract class FakeExperiment(string name, ICellFactory cells) : IExperiment
{
    public string Name => name;

    public string Summary => $"What {name} shows.";

    public virtual ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new FramedDataset
        {
            Description = "ABCD",
            Samples = 4,
            TimeSteps = 1,
            Features = 1,
            Inputs = [0, 1, 2, 3],
            TargetWidth = 5,
            TargetClasses = [1, 2, 3, 4],
            Text = new FakeText(),
        },
        Model = Model.Of(Layers.Recurrent(cells, 8), Layers.Dense(5, Activation.Softmax)),
        State = StatePolicy.ResetEachEpoch,
        Training = new TrainingOptions { Epochs = 10, BatchSize = 1, Shuffle = false },
        Metrics = [new FakeMetric("accuracy"), new FakeMetric("cross_entropy")],
        Probes = [Generate.From("A", 4)],
        Published = new PublishedFigure("tutorial", 0.84),
    };
}

internal sealed class FakeText : ITextFraming
{
    public int MinimumHistory => 1;

    public float[] Encode(string history) =>
        history[^1] is >= 'A' and <= 'D' ? [history[^1] - 'A'] : throw new ResearchException($"Unknown symbol '{history[^1]}'.");

    public string Decode(int targetClass) => ((char)('A' + targetClass)).ToString();
}

internal sealed class FakeMetric(string name) : IMetric
{
    public string Name => name;

    public double Evaluate(Predictions predictions) => 0; // tried when a plan is checked; what is shown comes from the fake runner
}

internal sealed class OneChar(ICellFactory cells) : FakeExperiment("one-char", cells);

internal sealed class TimeSteps(ICellFactory cells) : FakeExperiment("time-steps", cells);

internal sealed class StatefulOneChar(ICellFactory cells) : FakeExperiment("stateful-one-char", cells);

internal sealed class AgainOneChar(ICellFactory cells) : FakeExperiment("one-char", cells);

/// <summary>Asks for a service that nobody registers.</summary>
internal sealed class Lonely(ICellFactory cells, IFormatProvider missing) : FakeExperiment("lonely" + missing, cells);
