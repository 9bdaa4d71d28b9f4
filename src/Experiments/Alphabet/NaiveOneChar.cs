using Research.Datasets.Framers;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using static Research.Datasets.Sources.Alphabet;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Alphabet;

/// <summary>
/// One letter in, the next one out, each sample on its own: the recurrent layer has nothing to remember, and the network
/// can do no more than one without memory.
/// </summary>
/// <param name="cells">The cell under study.</param>
public sealed class NaiveOneChar(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "naive-one-char";

    /// <inheritdoc/>
    public string Summary => "One letter in, the next one out: an LSTM used as if it were a dense network.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new OneStepFramer().Frame(Latin),
        Model = Model.Of(Recurrent(cells, 32), Dense(26, Softmax)),
        Training = new() { Epochs = 500, BatchSize = 1, Shuffle = true },
        Metrics = [Accuracy, CrossEntropy],
        Probes = [Probe.From("A", 25)],
        Published = new("tutorial", 0.84),
    };
}
