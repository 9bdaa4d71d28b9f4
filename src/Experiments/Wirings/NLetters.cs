using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>Four letters in, the three after them out: an encoder and a decoder of different lengths.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class NLetters(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "n-letters";

    /// <inheritdoc/>
    public string Summary => "BCDE -> FGH: a sequence of one length is read, one of another is written.";

    /// <inheritdoc/>
    public string Description =>
        "Where the answer is longer or shorter than the question, neither an output at every step nor one at the end fits. An encoder reads all and hands on " +
        "its last step; repeated, it is what a decoder of as many steps as the answer has reads. All that the decoder knows went through that one vector.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        IReadOnlyList<string> words = Pairs.Stretches(length: 4, followed: 3);
        Pairs pairs = new(Pairs.Latin);
        return new()
        {
            Data = pairs.Of("BCDE to FGH", words, [.. words.Select(word => Pairs.After(word, 3))]),
            Model = Model.Of(Recurrent(cells, 32), RepeatVector(3), Recurrent(cells, 32, returnSequences: true), Dense(pairs.Count, Softmax)),
            Training = new() { Epochs = 200, BatchSize = 4, Optimizer = new Adam { LearningRate = 0.01 } },
            Metrics = [Accuracy, CrossEntropy],
        };
    }
}
