using Research.Framework.Numerics;

namespace Research.Framework.Metrics;

/// <summary>The ready-made metrics, and how to make one of a function. All leave out rows that do not count; those of real values are in the user's
/// units, <see cref="Data.TargetBlock.Units"/>.</summary>
public static class Metric
{
    /// <summary>The fraction of rows whose largest prediction is the target class, in [0, 1]; for class targets.</summary>
    public static IMetric Accuracy { get; } = OfClasses("accuracy", static (predictions, row, target) =>
        predictions.PredictedClass(row) == target ? 1 : 0, largerIsBetter: true);

    /// <summary>The fraction of outputs on the same side of ½ as their target, in [0, 1]; for targets 0 and 1.</summary>
    public static IMetric BinaryAccuracy { get; } = OfValues("binary_accuracy", static (predicted, target) => double.IsFinite(predicted) ? predicted > 0.5 == target > 0.5 ? 1 : 0 : double.NaN, largerIsBetter: true);

    /// <summary>
    /// The mean of -ln p, with p the probability given to the target class: the prediction over the sum of its row, clipped to
    /// [1e-7, 1 - 1e-7], as in the loss; in nats; for class targets. NaN where predictions are no probabilities: one below 0, or all 0.
    /// </summary>
    public static IMetric CrossEntropy { get; } = OfClasses("cross_entropy", NegativeLogLikelihood);

    /// <summary>
    /// e to the power of the cross-entropy: among how many equally likely classes the model hesitates, from 1; for class
    /// targets.
    /// </summary>
    public static IMetric Perplexity { get; } = OfClasses("perplexity", NegativeLogLikelihood, finish: DoubleMath.Exp);

    /// <summary>The cross-entropy in bits, e.g. for each character of a text; for class targets.</summary>
    public static IMetric BitsPerCharacter { get; } = OfClasses("bits_per_character", NegativeLogLikelihood, finish: static mean => mean / DoubleMath.Log(2));

    /// <summary>The mean of the squared differences; for real-valued targets.</summary>
    public static IMetric MeanSquaredError { get; } = OfValues("mean_squared_error", RowError.Squared);

    /// <summary>The mean of the differences' sizes; for real-valued targets.</summary>
    public static IMetric MeanAbsoluteError { get; } = OfValues("mean_absolute_error", RowError.Absolute);

    /// <summary>The root of the mean squared error, in the target's own unit; for real-valued targets.</summary>
    public static IMetric RootMeanSquaredError { get; } = OfValues("root_mean_squared_error", RowError.Squared, finish: Math.Sqrt);

    /// <summary>
    /// R², the coefficient of determination: 1 less the sum of squared errors over that of the targets around their mean, for
    /// each output by itself, then the mean over outputs; 1 at best, 0 for always predicting the mean. An output whose
    /// targets are all the same counts 1 where it is predicted exactly, else 0. For real-valued targets. The only one here that needs
    /// all predictions at once.
    /// </summary>
    public static IMetric R2 { get; } = Of("r2", DeterminedFraction, largerIsBetter: true);

    /// <summary>
    /// sMAPE: the mean of 200 · |predicted - target| / (|predicted| + |target|), in percent from 0 to 200, with 0 where both are 0; for
    /// real-valued targets.
    /// </summary>
    public static IMetric SymmetricPercentageError { get; } =
        OfValues("smape", static (predicted, target) => predicted == target ? 0 : 200 * Math.Abs(predicted - target) / (Math.Abs(predicted) + Math.Abs(target)));

    /// <summary>All ready-made metrics, for look-up by name.</summary>
    public static IReadOnlyList<IMetric> All { get; } =
    [
        Accuracy, TopK(5), BinaryAccuracy, CrossEntropy, Perplexity, BitsPerCharacter,
        MeanSquaredError, MeanAbsoluteError, RootMeanSquaredError, R2, SymmetricPercentageError,
    ];

    /// <summary>
    /// The fraction of rows in which fewer than <paramref name="count"/> classes are predicted larger than the target class, in
    /// [0, 1]; for class targets. Named e.g. <c>top_5_accuracy</c>.
    /// </summary>
    /// <param name="count">At least 1, which is the accuracy but for ties.</param>
    /// <exception cref="ResearchException">The count is out of range.</exception>
    public static IMetric TopK(int count) => count >= 1
        ? OfClasses($"top_{count}_accuracy", (predictions, row, target) => IsAmongLargest(predictions, row, target, count) ? 1 : 0, largerIsBetter: true)
        : throw new ResearchException($"Top-k accuracy: expected a count of at least 1, got {count}.");

    /// <summary>
    /// MASE: the mean of each difference's size over what a naive forecast errs on the training part; below 1 is better than that. Named
    /// <c>mase</c>; for real-valued targets.
    /// </summary>
    /// <param name="scales">The naive forecast's mean absolute error on the training part, for each column, in the user's units; finite, above 0.</param>
    /// <exception cref="ResearchException">A scale is out of range.</exception>
    public static IMetric MeanAbsoluteScaledError(IReadOnlyList<double> scales)
    {
        ArgumentNullException.ThrowIfNull(scales);
        double[] own = [.. scales];
        if (own.Length == 0 || own.Any(scale => !(scale > 0) || !double.IsFinite(scale)))
            throw new ResearchException(FormattableString.Invariant($"MASE: expected a naive error above 0 for each column, got [{string.Join(", ", own)}]; a constant training part has none."));
        return Of("mase", predictions =>
        {
            int width = predictions.Target.Width;
            if (own.Length != width) throw new ResearchException($"Metric 'mase': expected a naive error for each of {width} columns of '{predictions.Data.Description}', got {own.Length}.");
            _ = TargetValues("mase", predictions);
            return MeanOverRows("mase", predictions, row =>
            {
                double sum = 0;
                for (int column = 0; column < width; column++) sum += RowError.Absolute(predictions.Predicted(row, column), predictions.Expected(row, column)) / own[column];
                return sum / width;
            });
        });
    }

    /// <summary>A metric of one's own, which is given all predictions at once; where it is a mean over rows, <see cref="Mean"/> needs them not.</summary>
    /// <param name="name">The name in tables and files, in lower case with underscores.</param>
    /// <param name="evaluate">A pure function; it leaves out the rows that <see cref="Predictions.Counts"/> leaves out.</param>
    /// <param name="largerIsBetter">Whether a larger figure is better; early stopping asks.</param>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static IMetric Of(string name, Func<Predictions, double> evaluate, bool largerIsBetter = false)
    {
        ArgumentNullException.ThrowIfNull(evaluate);
        return new Rule(Checked(name), evaluate, largerIsBetter);
    }

    /// <summary>
    /// A streamed metric of one's own: the mean of a score over the rows that count, NaN where one of their predictions is. The rows
    /// need not all be in memory.
    /// </summary>
    /// <param name="name">The name in tables and files, in lower case with underscores.</param>
    /// <param name="score">A pure function of predictions and a row of them that counts: see <see cref="Predictions.Row"/> and <see cref="Predictions.Target"/>.</param>
    /// <param name="largerIsBetter">Whether a larger figure is better; early stopping asks.</param>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static IMetric Mean(string name, Func<Predictions, int, double> score, bool largerIsBetter = false)
    {
        ArgumentNullException.ThrowIfNull(score);
        return new MeanRule(Checked(name), predictions => row => score(predictions, row), largerIsBetter, static mean => mean);
    }

    private static string Checked(string name) => !string.IsNullOrWhiteSpace(name)
        ? name
        : throw new ResearchException("Metric: expected a name, e.g. 'accuracy', got an empty one.");

    private static MeanRule OfClasses(string name, Func<Predictions, int, int, double> score, bool largerIsBetter = false, Func<double, double>? finish = null) =>
        new(name, predictions => OverClasses(name, predictions, score), largerIsBetter, finish ?? (static mean => mean));

    private static MeanRule OfValues(string name, Func<double, double, double> score, bool largerIsBetter = false, Func<double, double>? finish = null) =>
        new(name, predictions => OverValues(name, predictions, score), largerIsBetter, finish ?? (static mean => mean));

    private static double NegativeLogLikelihood(Predictions predictions, int row, int target) =>
        RowError.CrossEntropy(predictions.Values.AsSpan(row * predictions.Target.Width, predictions.Target.Width), target);

    private static bool IsAmongLargest(Predictions predictions, int row, int target, int count)
    {
        ReadOnlySpan<float> scores = predictions.Values.AsSpan(row * predictions.Target.Width, predictions.Target.Width);
        int larger = 0;
        foreach (float score in scores) larger += score > scores[target] ? 1 : 0;
        return larger < count;
    }

    private static double DeterminedFraction(Predictions predictions)
    {
        const string Name = "r2";
        _ = TargetValues(Name, predictions);
        int width = predictions.Target.Width;
        double sum = 0;
        for (int output = 0; output < width; output++)
        {
            int column = output;
            double mean = MeanOverRows(Name, predictions, row => predictions.Expected(row, column));
            double variance = MeanOverRows(Name, predictions, row => Square(predictions.Expected(row, column) - mean));
            double error = MeanOverRows(Name, predictions, row => Square(predictions.Predicted(row, column) - predictions.Expected(row, column)));
            sum += variance > 0 ? 1 - error / variance : error == 0 ? 1 : error > 0 ? 0 : double.NaN;
        }

        return sum / width;
    }

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) return false;
        }

        return true;
    }

    private static double Square(double value) => value * value;

    private static Func<int, double> OverClasses(string name, Predictions predictions, Func<Predictions, int, int, double> score)
    {
        int[] classes = predictions.Target.Classes
            ?? throw new ResearchException($"Metric '{name}': expected class targets, got real values in '{predictions.Data.Description}'; use '{MeanSquaredError.Name}', '{MeanAbsoluteError.Name}' or '{RootMeanSquaredError.Name}'.");
        int width = predictions.Target.Width;

        // Nor is one of infinity right.
        return row => AreFinite(predictions.Values.AsSpan(row * width, width)) ? score(predictions, row, predictions.TargetClass(classes, row)) : double.NaN;
    }

    private static float[] TargetValues(string name, Predictions predictions) =>
        predictions.Target.Values
            ?? throw new ResearchException($"Metric '{name}': expected real-valued targets, got classes in '{predictions.Data.Description}'; use '{Accuracy.Name}', '{CrossEntropy.Name}' or '{Perplexity.Name}'.");

    private static Func<int, double> OverValues(string name, Predictions predictions, Func<double, double, double> score)
    {
        _ = TargetValues(name, predictions);
        int width = predictions.Target.Width;
        return row =>
        {
            double sum = 0;
            for (int column = 0; column < width; column++) sum += score(predictions.Predicted(row, column), predictions.Expected(row, column));
            return sum / width;
        };
    }

    private static double MeanOverRows(string name, Predictions predictions, Func<int, double> score)
    {
        RowMean mean = new(name);
        mean.Add(predictions, score);
        return mean.Value;
    }

    private sealed class Rule(string name, Func<Predictions, double> evaluate, bool largerIsBetter) : IMetric
    {
        public string Name => name;

        public bool LargerIsBetter => largerIsBetter;

        public double Evaluate(Predictions predictions)
        {
            ArgumentNullException.ThrowIfNull(predictions);
            return evaluate(predictions);
        }

        public override string ToString() => name;
    }

    /// <summary>A function of the mean of a score over the rows that count.</summary>
    /// <param name="name">The name.</param>
    /// <param name="scores">The score of a row of given predictions, which it checks.</param>
    /// <param name="largerIsBetter">Whether a larger figure is better.</param>
    /// <param name="finish">The figure, given the mean.</param>
    private sealed class MeanRule(string name, Func<Predictions, Func<int, double>> scores, bool largerIsBetter, Func<double, double> finish) : IStreamedMetric
    {
        public string Name => name;

        public bool LargerIsBetter => largerIsBetter;

        public IMetricAccumulator Begin() => new Accumulator(name, scores, finish);

        public override string ToString() => name;
    }

    private sealed class Accumulator(string name, Func<Predictions, Func<int, double>> scores, Func<double, double> finish) : IMetricAccumulator
    {
        private readonly RowMean _mean = new(name);

        public void Add(Predictions piece)
        {
            ArgumentNullException.ThrowIfNull(piece);
            _mean.Add(piece, scores(piece));
        }

        public double Result() => finish(_mean.Value);
    }
}
