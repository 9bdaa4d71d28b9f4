using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>Four letters in, one of them missing; the missing one out.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class Gap(ICellFactory cells) : IExperiment
{
    private const int Length = 4;

    /// <summary>Whether the sequence is read from both ends, rather than forward alone.</summary>
    /// <value>Default true.</value>
    public bool Bidirectional { get; set; } = true;

    /// <inheritdoc/>
    public string Name => "gap";

    /// <inheritdoc/>
    public string Summary => "AB?D -> C: the letter that is missing, from what stands on both sides of it.";

    /// <inheritdoc/>
    public string Description =>
        "A layer that runs forward has, at the gap, seen only what stands before it; one that runs backward only what stands after. Bidirectional runs both and puts " +
        "them side by side, so that each step knows the whole sequence. The target is the letter at the gap alone: the other steps are masked. " +
        "With --set bidirectional=false a gap at the start can only be guessed.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        IReadOnlyList<string> words = Pairs.Stretches(Length, followed: 0);
        (string Whole, int Gap)[] samples = [.. words.SelectMany(word => Enumerable.Range(0, Length).Select(gap => (word, gap)))];
        string[] read = [.. samples.Select(sample => sample.Whole.Remove(sample.Gap, 1).Insert(sample.Gap, "?"))];
        Pairs letters = new(Pairs.Latin), symbols = new(Pairs.Latin + "?");
        TargetBlock whole = letters.Target("output", [.. samples.Select(sample => sample.Whole)]);
        return new()
        {
            Data = new Dataset
            {
                Description = "four letters with a gap",
                Samples = samples.Length,
                Input = symbols.Input("input", read),
                Target = new()
                {
                    TimeSteps = whole.TimeSteps,
                    Width = whole.Width,
                    Classes = whole.Classes,
                    ClassNames = whole.ClassNames,
                    Mask = [.. samples.SelectMany(sample => Enumerable.Range(0, Length).Select(step => step == sample.Gap))],
                },
                InputLabels = read,
            },
            Model = Model.Of(
                Bidirectional ? Layers.Bidirectional(cells, 16, returnSequences: true) : Recurrent(cells, 32, returnSequences: true),
                Dense(letters.Count, Softmax)),
            Training = new() { Epochs = 40, BatchSize = 4, Optimizer = new Adam { LearningRate = 0.01 } },
            Metrics = [Accuracy, CrossEntropy],
        };
    }
}
