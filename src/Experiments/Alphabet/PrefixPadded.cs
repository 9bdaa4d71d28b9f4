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
/// The whole history of each letter, padded to 25 time steps with zeros before: the extension that the tutorial proposes
/// and never runs. The network gets all that a carried state would hold, anew for each letter.
/// </summary>
/// <param name="cells">The cell under study.</param>
public sealed class PrefixPadded(ICellFactory cells) : IExperiment
{
    // Letters over 26 make A a zero as well. Every history begins with A, so that nothing is lost.
    private static readonly PaddingOptions ZerosBefore = new() { Side = PaddingSide.Before, Value = 0, AllowCollision = true };

    /// <inheritdoc/>
    public string Name => "prefix-padded";

    /// <inheritdoc/>
    public string Summary => "The whole history, padded to 25 time steps with zeros before.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new PrefixPaddedFramer(length: 25, ZerosBefore).Frame(Latin),
        Model = Model.Of(Recurrent(cells, 32), Dense(26, Softmax)),
        // Batches of one leap now and then over 25 steps of padding, and a seed in twenty ends on such a leap; of five, none.
        Training = new() { Epochs = 2500, BatchSize = 5, Shuffle = true },
        Metrics = [Accuracy, CrossEntropy],
        Probes = [Probe.From("A", 25)],
    };
}
