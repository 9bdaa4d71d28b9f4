using Research.Datasets.Framers;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Datasets.Sources.Alphabet;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>Three letters in, the next one out, through a stack of layers.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class Stacked(ICellFactory cells) : IExperiment
{
    /// <summary>How many recurrent layers: 1, 2 or 3.</summary>
    /// <value>Default 2.</value>
    public int Layers { get; set; } = 2;

    /// <inheritdoc/>
    public string Name => "stacked";

    /// <inheritdoc/>
    public string Summary => "ABC -> D through one, two or three recurrent layers, one above the other.";

    /// <inheritdoc/>
    public string Description =>
        "Each layer but the last has to hand on every step, or the one above it would have a single step to read: the framework refuses that. Letters are one number each, " +
        "as in the alphabet experiments, so that they lie close together. More layers are more weights and a longer way for the gradient: compare --set layers=1, 2 and 3 " +
        "over some seeds before you believe that deeper is better.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        if (Layers is < 1 or > 3) throw new ResearchException($"layers: expected 1, 2 or 3, got {Layers}.");
        return new()
        {
            Data = new TimeStepsFramer(steps: 3).Frame(Latin),
            Model = Model.Of(
            [
                .. Enumerable.Range(1, Layers).Select(layer => Recurrent(cells, 32, returnSequences: layer < Layers)),
                Dense(26, Softmax),
            ]),
            Training = new() { Epochs = 600, BatchSize = 8, Optimizer = new Adam { LearningRate = 0.005 } },
            Metrics = [Accuracy, CrossEntropy],
        };
    }
}
