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
/// Three letters side by side as features of one time step: more to go by, still nothing to remember. To the network
/// they are three unrelated features, and it does little better than with one.
/// </summary>
/// <param name="cells">The cell under study.</param>
public sealed class FeatureWindow(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "feature-window";

    /// <inheritdoc/>
    public string Summary => "Three letters side by side as features of one time step.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new FeatureWindowFramer(window: 3).Frame(Latin),
        Model = Model.Of(Recurrent(cells, 32), Dense(26, Softmax)),
        Training = new() { Epochs = 500, BatchSize = 1, Shuffle = true },
        Metrics = [Accuracy, CrossEntropy],
        Probes = [Probe.From("ABC", 23)],
        Published = new("tutorial", 0.8696),
    };
}
