using Research.Datasets.Framers;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.State;
using static Research.Datasets.Sources.Alphabet;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Alphabet;

/// <summary>
/// One letter in, in order, with the state carried from letter to letter and zeroed after each pass: the network learns
/// the alphabet as one sequence. Asked for the letter after K without what came before, it does not know where it is.
/// </summary>
/// <param name="cells">The cell under study.</param>
public sealed class StatefulOneChar(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "stateful-one-char";

    /// <inheritdoc/>
    public string Summary => "One letter in, with the state carried from letter to letter over the whole alphabet.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new OneStepFramer().Frame(Latin),
        Model = Model.Of(Recurrent(cells, 50), Dense(26, Softmax)),
        State = StatePolicy.ResetEachEpoch,
        Training = new() { Epochs = 300, BatchSize = 1, Shuffle = false },
        Metrics = [Accuracy, CrossEntropy],
        Probes = [Probe.From("A", 25), Probe.From("K", 5), Probe.From("ABCDEFGHIJK", 5)],
        Published = new("tutorial", 1.00),
    };
}
