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

/// <summary>Five letters in, the same five out, through a vector of a few numbers.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class Autoencoder(ICellFactory cells) : IExperiment
{
    /// <summary>Numbers of the vector that a sequence becomes; at least 1.</summary>
    /// <value>Default 4.</value>
    public int Latent { get; set; } = 4;

    /// <inheritdoc/>
    public string Name => "autoencoder";

    /// <inheritdoc/>
    public string Summary => "ABCDE -> vector -> ABCDE: a sequence is written again from a few numbers.";

    /// <inheritdoc/>
    public string Description =>
        "The encoder's last step is the bottleneck: four numbers, --set latent=N, have to tell the sequences apart, since the decoder sees nothing else. " +
        "They are an output of their own, 'latent', which no loss judges (its weights are 0), so that the results, and the file of --json, " +
        "hold a vector for each sequence beside its reconstruction.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        IReadOnlyList<string> words = Pairs.Stretches(length: 5, followed: 0);
        Pairs pairs = new(Pairs.Latin);
        return new()
        {
            Data = new Dataset
            {
                Description = "ABCDE and itself",
                Samples = words.Count,
                Input = pairs.Input("input", words),
                Targets = [pairs.Target("reconstruction", words), LatentVectors.Target(words.Count, Latent)],
                InputLabels = words,
            },
            Model = Model.Build(model =>
            {
                Flow latent = model.Add(Recurrent(cells, Latent) with { Name = "encoder" }, model.Input());
                Flow decoded = model.Add(Recurrent(cells, 32, returnSequences: true) with { Name = "decoder" }, model.Add(RepeatVector(5), latent));
                model.Output("reconstruction", model.Add(Dense(pairs.Count, Softmax), decoded));
                model.Output("latent", latent);
            }),
            Training = new()
            {
                Epochs = 300,
                BatchSize = 4,
                Losses = [new("latent", Loss.MeanSquaredError)],
                Optimizer = new Adam { LearningRate = 0.01 },
            },
            Metrics = [Accuracy.For("reconstruction"), CrossEntropy.For("reconstruction")],
        };
    }
}
