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
/// A thousand random stretches of one to five letters, padded to five time steps with zeros before: the network learns
/// to go on from anywhere.
/// </summary>
/// <param name="cells">The cell under study.</param>
public sealed class VariableLength(ICellFactory cells) : IExperiment
{
    // Letters over 26 make A a zero as well, so that AB and B look alike. That is the tutorial's setting; since the next
    // letter depends on the last one alone, no sample contradicts another.
    private static readonly PaddingOptions ZerosBefore = new() { Side = PaddingSide.Before, Value = 0, AllowCollision = true };

    /// <inheritdoc/>
    public string Name => "variable-length";

    /// <inheritdoc/>
    public string Summary => "A thousand random stretches of one to five letters, padded with zeros before.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new RandomSubsequenceFramer(samples: 1000, maximumLength: 5, seeds, ZerosBefore).Frame(Latin),
        Model = Model.Of(Recurrent(cells, 32), Dense(26, Softmax)),
        Training = new() { Epochs = 500, BatchSize = 1, Shuffle = true },
        Metrics = [Accuracy, CrossEntropy],
        Probes = [Probe.From("A", 25)],
        Published = new("tutorial", 0.985),
    };
}
