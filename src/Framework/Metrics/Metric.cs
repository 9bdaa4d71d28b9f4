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
    public static IMetric BinaryAccuracy { get; } = Of("binary_accuracy", static predictions =>
        MeanOverValues("binary_accuracy", predictions, static (predicted, target) => predicted > 0.5 == target > 0.5 ? 1 : 0), largerIsBetter: true);

    /// <summary>
    /// The mean of -ln p, with p the probability given to the target class: the prediction over the sum of its row, clipped to
    /// [1e-7, 1 - 1e-7], as in the loss; in nats; for class targets. NaN where predictions are no probabilities: one below 0, or all 0.
    /// </summary>
    public static IMetric CrossEntropy { get; } = OfClasses("cross_entropy", NegativeLogLikelihood);

    /// <summary>
    /// e to the power of the cross-entropy: among how many equally likely classes the model hesitates, from 1; for class
    /// targets.
    /// </summary>
    public static IMetric Perplexity { get; } = Of("perplexity", static predictions =>
        DoubleMath.Exp(MeanOverClasses("perplexity", predictions, NegativeLogLikelihood)));

    /// <summary>The cross-entropy in bits, e.g. for each character of a text; for class targets.</summary>
    public static IMetric BitsPerCharacter { get; } = Of("bits_per_character", static predictions =>
        MeanOverClasses("bits_per_character", predictions, NegativeLogLikelihood) / DoubleMath.Log(2));

    /// <summary>The mean of the squared differences; for real-valued targets.</summary>
    public static IMetric MeanSquaredError { get; } = Of("mean_squared_error", static predictions =>
        MeanOverValues("mean_squared_error", predictions, RowError.Squared));

    /// <summary>The mean of the differences' sizes; for real-valued targets.</summary>
    public static IMetric MeanAbsoluteError { get; } = Of("mean_absolute_error", static predictions =>
        MeanOverValues("mean_absolute_error", predictions, RowError.Absolute));

    /// <summary>The root of the mean squared error, in the target's own unit; for real-valued targets.</summary>
    public static IMetric RootMeanSquaredError { get; } = Of("root_mean_squared_error", static predictions =>
        Math.Sqrt(MeanOverValues("root_mean_squared_error", predictions, RowError.Squared)));

    /// <summary>
    /// R², the coefficient of determination: 1 less the sum of squared errors over that of the targets around their mean, for
    /// each output by itself, then the mean over outputs; 1 at best, 0 for always predicting the mean. An output whose
    /// targets are all the same counts 1 where it is predicted exactly, else 0. For real-valued targets.
    /// </summary>
    public static IMetric R2 { get; } = Of("r2", DeterminedFraction, largerIsBetter: true);

    /// <summary>
    /// sMAPE: the mean of 200 · |predicted - target| / (|predicted| + |target|), in percent from 0 to 200, with 0 where both are 0; for
    /// real-valued targets.
    /// </summary>
    public static IMetric SymmetricPercentageError { get; } = Of("smape", static predictions =>
        MeanOverValues("smape", predictions, static (predicted, target) => predicted == target ? 0 : 200 * Math.Abs(predicted - target) / (Math.Abs(predicted) + Math.Abs(target))));

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

    /// <summary>A metric of one's own.</summary>
    /// <param name="name">The name in tables and files, in lower case with underscores.</param>
    /// <param name="evaluate">A pure function; it leaves out the rows that <see cref="Predictions.Counts"/> leaves out.</param>
    /// <param name="largerIsBetter">Whether a larger figure is better; early stopping asks.</param>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static IMetric Of(string name, Func<Predictions, double> evaluate, bool largerIsBetter = false)
    {
        ArgumentNullException.ThrowIfNull(evaluate);
        return string.IsNullOrWhiteSpace(name)
            ? throw new ResearchException("Metric: expected a name, e.g. 'accuracy', got an empty one.")
            : new Rule(name, evaluate, largerIsBetter);
    }

    private static IMetric OfClasses(string name, Func<Predictions, int, int, double> score, bool largerIsBetter = false) =>
        Of(name, predictions => MeanOverClasses(name, predictions, score), largerIsBetter);

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

    private static double MeanOverClasses(string name, Predictions predictions, Func<Predictions, int, int, double> score)
    {
        int[] classes = predictions.Target.Classes
            ?? throw new ResearchException($"Metric '{name}': expected class targets, got real values in '{predictions.Data.Description}'; use '{MeanSquaredError.Name}', '{MeanAbsoluteError.Name}' or '{RootMeanSquaredError.Name}'.");
        int width = predictions.Target.Width;

        // Nor is one of infinity right.
        return MeanOverRows(name, predictions, row => AreFinite(predictions.Values.AsSpan(row * width, width)) ? score(predictions, row, classes[row]) : double.NaN);
    }

    private static float[] TargetValues(string name, Predictions predictions) =>
        predictions.Target.Values
            ?? throw new ResearchException($"Metric '{name}': expected real-valued targets, got classes in '{predictions.Data.Description}'; use '{Accuracy.Name}', '{CrossEntropy.Name}' or '{Perplexity.Name}'.");

    private static double MeanOverValues(string name, Predictions predictions, Func<double, double, double> score)
    {
        _ = TargetValues(name, predictions);
        int width = predictions.Target.Width;
        return MeanOverRows(name, predictions, row =>
        {
            double sum = 0;
            for (int column = 0; column < width; column++) sum += score(predictions.Predicted(row, column), predictions.Expected(row, column));
            return sum / width;
        });
    }

    private static double MeanOverRows(string name, Predictions predictions, Func<int, double> score)
    {
        int width = predictions.Target.Width, rows = 0;
        if (predictions.Values.Length != (long)predictions.Count * width)
            throw new ResearchException($"Metric '{name}': expected predictions [{predictions.Count}, {width}], got {predictions.Values.Length} values.");

        double sum = 0;
        for (int row = 0; row < predictions.Count; row++)
        {
            if (!predictions.Counts(row)) continue;
            // A prediction that is no number is neither right nor wrong: it must not pass for class 0.
            if (predictions.Values.AsSpan(row * width, width).Contains(float.NaN)) return double.NaN;
            sum += score(row);
            rows++;
        }

        return rows > 0
            ? sum / rows
            : throw new ResearchException($"Metric '{name}': expected at least one row that counts, got none of {predictions.Count}; the mask of '{predictions.Data.Description}' leaves nothing.");
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
}
