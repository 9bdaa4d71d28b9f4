using Research.Datasets.Framers;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using static Research.Datasets.Sources.Alphabet;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace ReadersProject;

/// <summary>A reader's own experiment.</summary>
public sealed class TwoLetters(ICellFactory cells) : IExperiment
{
    public string Name => "two-letters";

    public int Letters { get; set; } = 2;

    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new TimeStepsFramer(Letters).Frame(Latin),
        Model = Model.Of(Recurrent(cells, 8), Dense(26, Softmax)),
        Training = new() { Epochs = 5, BatchSize = 4 },
        Metrics = [Accuracy],
        Probes = [Probe.From("ABCDEF", 3)],
    };
}
