using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>Three letters in, the one after each out: an output at every time step.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class ManyToMany(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "many-to-many";

    /// <inheritdoc/>
    public string Summary => "ABC -> BCD: a letter is written at every time step.";

    /// <inheritdoc/>
    public string Description =>
        "A recurrent layer has an output at every step; returnSequences hands all of them on, and the dense layer, with the same weights at each step, " +
        "makes each into a letter. The targets then have as many time steps as the input: that is all there is to it. " +
        "Each output has seen the letters up to its own step and none after it.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        IReadOnlyList<string> words = Pairs.Stretches(length: 3, followed: 1);
        Pairs pairs = new(Pairs.Latin);
        return new()
        {
            Data = pairs.Of("ABC to BCD", words, [.. words.Select(word => word[1..] + Pairs.After(word, 1))]),
            Model = Model.Of(Recurrent(cells, 32, returnSequences: true), Dense(pairs.Count, Softmax)),
            Training = new() { Epochs = 60, BatchSize = 4, Optimizer = new Adam { LearningRate = 0.01 } },
            Metrics = [Accuracy, CrossEntropy],
        };
    }
}
