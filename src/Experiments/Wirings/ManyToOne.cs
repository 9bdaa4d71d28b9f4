using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>Three letters in, the next one out: an output at the last time step.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class ManyToOne(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "many-to-one";

    /// <inheritdoc/>
    public string Summary => "ABC -> D: a sequence is read, and one letter is written at its end.";

    /// <inheritdoc/>
    public string Description =>
        "The same layer without returnSequences hands on its last step alone, which has seen everything: one target for the whole sequence. " +
        "It is the shape of every question that a sequence is asked as a whole: its class, its sum, what comes next. " +
        "Beside many-to-many it shows that input and target need not have equally many time steps.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        IReadOnlyList<string> words = Pairs.Stretches(length: 3, followed: 1);
        Pairs pairs = new(Pairs.Latin);
        return new()
        {
            Data = pairs.Of("ABC to D", words, [.. words.Select(word => Pairs.After(word, 1))]),
            Model = Model.Of(Recurrent(cells, 32), Dense(pairs.Count, Softmax)),
            Training = new() { Epochs = 100, BatchSize = 4, Optimizer = new Adam { LearningRate = 0.01 } },
            Metrics = [Accuracy, CrossEntropy],
        };
    }
}
