using System.Globalization;
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

/// <summary>A sum of two numbers below 100 in, its digits out.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class Addition(ICellFactory cells) : IExperiment
{
    private const int Learnt = 5000;
    private const int Judged = 200;

    /// <inheritdoc/>
    public string Name => "addition";

    /// <inheritdoc/>
    public string Summary => "34+57 -> 91: sums are read as text and written as text.";

    /// <inheritdoc/>
    public string Description =>
        "The classic of sequence-to-sequence learning: nobody tells the model what a digit is worth, it sees characters and writes characters. The question is read backwards, " +
        "units first, which brings each digit closer to where it is needed (Sutskever, Vinyals and Le, Sequence to sequence learning with neural networks, 2014). " +
        "Half of the questions are never learnt, and those judge it: the figures say whether it adds or remembers.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        (int First, int Second)[] sums = [.. Enumerable.Range(0, 100).SelectMany(first => Enumerable.Range(0, 100).Select(second => (first, second)))];
        seeds.Stream("sums").Shuffle(sums);
        Pairs pairs = new("0123456789+ ");
        return new()
        {
            Data = Of("sums to learn", sums[..Learnt]),
            TestData = Of("sums to judge by", sums[Learnt..(Learnt + Judged)]),
            Model = Model.Of(Recurrent(cells, 64), RepeatVector(3), Recurrent(cells, 64, returnSequences: true), Dense(pairs.Count, Softmax)),
            Training = new() { Epochs = 40, BatchSize = 32, Optimizer = new Adam { LearningRate = 0.005 } },
            Metrics = [Accuracy, CrossEntropy],
        };

        Dataset Of(string description, (int First, int Second)[] some)
        {
            string[] questions = [.. some.Select(sum => string.Create(CultureInfo.InvariantCulture, $"{sum.First}+{sum.Second}"))];
            string[] answers = [.. some.Select(sum => (sum.First + sum.Second).ToString(CultureInfo.InvariantCulture).PadRight(3))];
            return new()
            {
                Description = description,
                Samples = some.Length,
                Input = pairs.Input("input", [.. questions.Select(question => Pairs.Backwards(question.PadRight(5)))]),
                Target = pairs.Target("output", answers),
                InputLabels = questions,
            };
        }
    }
}
