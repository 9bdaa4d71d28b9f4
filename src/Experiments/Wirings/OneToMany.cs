using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>One letter in, the five after it out, by a vector that is repeated.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class OneToMany(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "one-to-many";

    /// <inheritdoc/>
    public string Summary => "B -> CDEFG: one letter is read, and repeated to a decoder that writes five.";

    /// <inheritdoc/>
    public string Description =>
        "A layer reads as many steps as it writes, so that what has one step is repeated: RepeatVector shows the decoder the same vector at each step, " +
        "and its state alone tells the steps apart. The length of the answer is fixed when the model is made. " +
        "Nothing that was written is read again: one-to-many-feedback does that, and can go on as long as you like.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        IReadOnlyList<string> letters = Pairs.Stretches(length: 1, followed: 5);
        Pairs pairs = new(Pairs.Latin);
        return new()
        {
            Data = pairs.Of("B to CDEFG", letters, [.. letters.Select(letter => Pairs.After(letter, 5))]),
            Model = Model.Of(Recurrent(cells, 32), RepeatVector(5), Recurrent(cells, 32, returnSequences: true), Dense(pairs.Count, Softmax)),
            Training = new() { Epochs = 200, BatchSize = 4, Optimizer = new Adam { LearningRate = 0.01 } },
            Metrics = [Accuracy, CrossEntropy],
        };
    }
}
