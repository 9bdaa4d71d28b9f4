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
/// Three letters one after the other as time steps: the same numbers as in <see cref="FeatureWindow"/>, and now the
/// recurrent layer sees them as the sequence that they are.
/// </summary>
/// <param name="cells">The cell under study.</param>
public sealed class TimeSteps(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "time-steps";

    /// <inheritdoc/>
    public string Summary => "Three letters one after the other as time steps.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new TimeStepsFramer(steps: 3).Frame(Latin),
        Model = Model.Of(Recurrent(cells, 32), Dense(26, Softmax)),
        Training = new() { Epochs = 500, BatchSize = 1, Shuffle = true },
        Metrics = [Accuracy, CrossEntropy],
        Probes = [Probe.From("ABC", 23)],
        Published = new("tutorial", 1.00),
    };
}
