using Research.Datasets.Framers;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using static Research.Datasets.Sources.Alphabet;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>The alphabet as one sequence, through two layers whose states are carried from piece to piece.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class DeepStateful(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "deep-stateful";

    /// <inheritdoc/>
    public string Summary => "The alphabet in pieces of five letters, two stateful layers, each with its own state carried on.";

    /// <inheritdoc/>
    public string Description =>
        "State is carried for every recurrent layer of a model, each its own, from one batch to the next: here a batch is five letters, and five batches are the alphabet. " +
        "What a layer has seen reaches back over all the pieces, but the gradient only to the start of a piece, unless training.earlier_batches says more. " +
        "Pieces come in order, and the state policy zeroes all states after each pass.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new ContiguousRowsFramer(rows: 1, steps: 5).Frame(Latin),
        Model = Model.Of(Recurrent(cells, 32, returnSequences: true), Recurrent(cells, 32, returnSequences: true), Dense(26, Softmax)),
        State = StatePolicy.ResetEachEpoch,
        Training = new() { Epochs = 300, BatchSize = 1, Shuffle = false, Optimizer = new Adam { LearningRate = 0.005 } },
        Metrics = [Accuracy, CrossEntropy],
        Probes = [Probe.From("A", 25)],
    };
}
