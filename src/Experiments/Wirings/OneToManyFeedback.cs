using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using static Research.Datasets.Sources.Alphabet;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>One letter in, and each letter that comes out goes in again, with the state carried.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class OneToManyFeedback(ICellFactory cells) : IExperiment
{
    /// <summary>How freely the last probe's letters are drawn; 0 or more.</summary>
    /// <value>Default 1: with the model's own probabilities.</value>
    public double Temperature { get; set; } = 1;

    /// <inheritdoc/>
    public string Name => "one-to-many-feedback";

    /// <inheritdoc/>
    public string Summary => "B -> C -> D -> ...: each letter that is written is read in the next step.";

    /// <inheritdoc/>
    public string Description =>
        "The model learns many-to-many, each step the letter after it. To write, it is fed one letter at a time, its own last one, with the state carried " +
        "from step to step: that is what the framework does for a probe. Taking the likeliest letter each time is greedy; at a temperature letters are drawn, " +
        "at 1 with the model's own probabilities, above it more freely: try --set temperature=3. The state policy says that samples begin fresh and that generation carries.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        IReadOnlyList<string> words = Pairs.Stretches(length: 6, followed: 1);
        Pairs pairs = new(Pairs.Latin);
        Dataset data = pairs.Of("ABCDEF to BCDEFG", words, [.. words.Select(word => word[1..] + Pairs.After(word, 1))]);
        return new()
        {
            Data = new Dataset
            {
                Description = data.Description,
                Samples = data.Samples,
                Input = data.Input,
                Target = data.Target,
                InputLabels = data.InputLabels,
                Boundaries = [.. words.Select(_ => true)],
                Text = new OneStepFramer().Frame(Latin.With(Encoder.OneHot)).Text,
            },
            Model = Model.Of(Recurrent(cells, 32, returnSequences: true), Dense(pairs.Count, Softmax)),
            State = StatePolicy.WhenPredicting(StatePolicy.Stateless, StatePolicy.ResetAtBoundaries),
            Training = new() { Epochs = 60, BatchSize = 4, Optimizer = new Adam { LearningRate = 0.01 } },
            Metrics = [Accuracy, CrossEntropy],
            Probes =
            [
                .. "ABKU".Select(letter => Probe.From(letter.ToString(), 5)),
                Probe.From("B", new GenerationOptions { Symbols = 5, Temperature = Temperature }),
            ],
        };
    }
}
