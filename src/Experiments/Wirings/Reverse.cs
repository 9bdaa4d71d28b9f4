using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>Three letters in, the same backwards out.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class Reverse(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "reverse";

    /// <inheritdoc/>
    public string Summary => "ABC -> CBA: three letters are read, and then written backwards.";

    /// <inheritdoc/>
    public string Description =>
        "The first letter to be written is the last one read, and the last one the first: no step of the input lies beside the step of the answer that needs it, " +
        "so that everything has to be read before anything is written. The encoder's state starts the decoder, which is shown the encoder's last step all the time.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        IReadOnlyList<string> words = Pairs.Stretches(length: 3, followed: 0);
        Pairs pairs = new(Pairs.Latin);
        return new()
        {
            Data = pairs.Of("ABC to CBA", words, [.. words.Select(Pairs.Backwards)]),
            Model = Model.Build(model =>
            {
                Flow read = model.Add(Recurrent(cells, 32) with { Name = "encoder" }, model.Input());
                Flow written = model.Add(Recurrent(cells, 32, returnSequences: true) with { Name = "decoder" }, model.Add(RepeatVector(3), read), startsFrom: read);
                model.Output("output", model.Add(Dense(pairs.Count, Softmax), written));
            }),
            Training = new() { Epochs = 150, BatchSize = 4, Optimizer = new Adam { LearningRate = 0.01 } },
            Metrics = [Accuracy, CrossEntropy],
        };
    }
}
