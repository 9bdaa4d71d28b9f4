using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>
/// One class for a whole sequence: records of two sensors, 10 to 30 steps long, padded to 30 with a mask that holds the state over
/// padding. Most machines run well; in some, the second sensor follows the first two steps late ("lagging"), and in a few it answers the
/// other way round ("reversed"). Each sensor alone looks the same in all three, so that only their course together tells. A
/// model that always says "well" is right nine times in ten, which is why F1, precision, recall and the area under the curve stand beside the
/// accuracy, each class alone. Class weights make rare classes weigh in the loss as much as frequent ones, and whether that helps is for
/// the figures to say: here it does not (F1 0.958 with them and 0.968 without, over 5 seeds), since what tells the classes apart can be learnt from few.
/// </summary>
/// <param name="cells">The cell under study.</param>
public sealed class ClassifySequence(ICellFactory cells) : IExperiment
{
    private const int MostSteps = 30, FewestSteps = 10, Late = 2;

    private static readonly string[] s_names = ["well", "lagging", "reversed"];

    // Of ten machines about one is not well; of twenty of these, seven are reversed.
    private static readonly double[] s_shares = [0.9, 0.065, 0.035];

    /// <inheritdoc/>
    public string Name => "classify-sequence";

    /// <inheritdoc/>
    public string Summary => "A class for each of many sequences of different lengths, most of them of one class.";

    /// <inheritdoc/>
    public string Description =>
        "A recurrent layer may read a sequence of any length and answer once: padding is masked, so that the state after the last real step is what " +
        "the answer is made of. Where one class is common, accuracy says little: F1, precision and recall of each class tell whether the rare ones " +
        "are found. Class weights are weights of targets; whether they help is measured, not assumed.";

    /// <summary>Sequences to learn, and as many to judge by.</summary>
    /// <value>Default 1000.</value>
    public int Sequences { get; set; } = 1000;

    /// <summary>Whether classes weigh alike in the loss, however rare they are: by sequences over classes times the class' sequences.</summary>
    /// <value>Default true.</value>
    public bool ClassWeights { get; set; } = true;

    /// <summary>How much chance is in the second sensor: a standard deviation, beside one of 1 of the first.</summary>
    /// <value>0 or more. Default 0.7.</value>
    public double Noise { get; set; } = 0.7;

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = Records("learnt", seeds.Stream("learnt"), ClassWeights),
        TestData = Records("held out", seeds.Stream("held out"), weighs: false),
        Model = Model.Of(Recurrent(cells, 24), Dense(s_names.Length, Softmax)),
        Training = new() { Epochs = 30, BatchSize = 20, Optimizer = new Adam { LearningRate = 0.01 } },
        Metrics =
        [
            Metric.Accuracy, ClassMetric.F1, ClassMetric.Auc,
            .. Enumerable.Range(0, s_names.Length).SelectMany(k => (IMetric[])[ClassMetric.F1Of(k), ClassMetric.PrecisionOf(k), ClassMetric.RecallOf(k)]),
        ],
    };

    private Dataset Records(string which, Random random, bool weighs)
    {
        if (Sequences < 1) throw new ResearchException($"Setting 'sequences': expected at least 1, got {Sequences}.");
        if (!(Noise >= 0 && double.IsFinite(Noise))) throw new ResearchException(FormattableString.Invariant($"Setting 'noise': expected a number of 0 or more, got {Noise}."));
        float[] values = new float[Sequences * MostSteps * 2];
        bool[] mask = new bool[Sequences * MostSteps];
        int[] classes = new int[Sequences];
        for (int sample = 0; sample < Sequences; sample++)
        {
            double chance = random.NextDouble();
            int kind = classes[sample] = chance < s_shares[0] ? 0 : chance < s_shares[0] + s_shares[1] ? 1 : 2;
            int steps = random.Next(FewestSteps, MostSteps + 1);
            double[] first = [.. Enumerable.Range(0, steps + Late).Select(_ => Normal(random))];
            for (int step = 0; step < steps; step++)
            {
                double followed = kind == 1 ? first[step] : first[step + Late];
                int row = sample * MostSteps + step;
                values[2 * row] = (float)first[step + Late];
                values[2 * row + 1] = (float)((kind == 2 ? -followed : followed) + Noise * Normal(random));
                mask[row] = true;
            }
        }

        return new()
        {
            Description = $"{Sequences} records of two sensors, {which}",
            Samples = Sequences,
            Input = new() { TimeSteps = MostSteps, Features = 2, Values = values, Mask = mask },
            Target = new() { Width = s_names.Length, Classes = classes, ClassNames = s_names, Weights = weighs ? Balanced(classes) : null },
        };
    }

    private static float[] Balanced(int[] classes)
    {
        int[] counts = [.. Enumerable.Range(0, s_names.Length).Select(k => classes.Count(c => c == k))];
        return [.. classes.Select(k => classes.Length / (float)(counts.Count(count => count > 0) * counts[k]))];
    }

    // A number of mean 0 and standard deviation 1, as the sum of twelve in [0, 1): the same bits everywhere.
    private static double Normal(Random random)
    {
        double sum = -6;
        for (int i = 0; i < 12; i++) sum += random.NextDouble();
        return sum;
    }
}
