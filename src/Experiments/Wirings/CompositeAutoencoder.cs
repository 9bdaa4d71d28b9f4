using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>Five letters in, the same five and the three after them out.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class CompositeAutoencoder(ICellFactory cells) : IExperiment
{
    /// <summary>Numbers of the vector that a sequence becomes; at least 1.</summary>
    /// <value>Default 4.</value>
    public int Latent { get; set; } = 4;

    /// <inheritdoc/>
    public string Name => "composite-autoencoder";

    /// <inheritdoc/>
    public string Summary => "ABCDE -> ABCDE and FGH: one vector, from which the past is written again and the future foretold.";

    /// <inheritdoc/>
    public string Description =>
        "One encoder, two decoders that start from the same few numbers: one writes what was read, the other what comes next (Srivastava, Mansimov and Salakhutdinov, " +
        "Unsupervised learning of video representations using LSTMs, 2015). Reconstruction alone may learn by heart, prediction alone may forget what it does not need: " +
        "the vector has to serve both. Outputs have names, targets and metrics of their own, and their losses are added.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        IReadOnlyList<string> words = Pairs.Stretches(length: 5, followed: 3);
        Pairs pairs = new(Pairs.Latin);
        return new()
        {
            Data = new Dataset
            {
                Description = "ABCDE, itself and FGH",
                Samples = words.Count,
                Input = pairs.Input("input", words),
                Targets =
                [
                    pairs.Target("reconstruction", words),
                    pairs.Target("prediction", [.. words.Select(word => Pairs.After(word, 3))]),
                    LatentVectors.Target(words.Count, Latent),
                ],
                InputLabels = words,
            },
            Model = Model.Build(model =>
            {
                Flow latent = model.Add(Recurrent(cells, Latent) with { Name = "encoder" }, model.Input());
                model.Output("reconstruction", Decoded("reconstruction", 5));
                model.Output("prediction", Decoded("prediction", 3));
                model.Output("latent", latent);

                Flow Decoded(string name, int steps) => model.Add(
                    Dense(pairs.Count, Softmax) with { Name = $"{name}_letters" },
                    model.Add(Recurrent(cells, 32, returnSequences: true) with { Name = $"{name}_decoder" }, model.Add(RepeatVector(steps), latent)));
            }),
            Training = new()
            {
                Epochs = 300,
                BatchSize = 4,
                Losses = [new("latent", Loss.MeanSquaredError)],
                Optimizer = new Adam { LearningRate = 0.01 },
            },
            Metrics = [Accuracy.For("reconstruction"), Accuracy.For("prediction")],
        };
    }
}
