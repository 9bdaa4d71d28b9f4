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
/// One letter in, the whole alphabet as one batch, in order. The tutorial holds that the layer's state runs through the
/// batch, but rows of a batch never see each other's state: what it shows is training on the gradient of all samples at
/// once.
/// </summary>
/// <param name="cells">The cell under study.</param>
public sealed class StateWithinBatch(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "state-within-batch";

    /// <inheritdoc/>
    public string Summary => "One letter in, the whole alphabet as one batch, in order.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new OneStepFramer().Frame(Latin),
        Model = Model.Of(Recurrent(cells, 16), Dense(26, Softmax)),
        Training = new() { Epochs = 5000, BatchSize = 25, Shuffle = false },
        Metrics = [Accuracy, CrossEntropy],
        Probes = [Probe.From("A", 25)],
        Published = new("tutorial", 1.00),
    };
}
