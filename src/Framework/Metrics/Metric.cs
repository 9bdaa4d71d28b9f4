using Research.Framework.Numerics;

namespace Research.Framework.Metrics;

/// <summary>The ready-made metrics, and how to make one of a function. All leave out rows that do not count.</summary>
public static class Metric
{
    /// <summary>The fraction of rows whose largest prediction is the target class, in [0, 1]; for class targets.</summary>
    public static IMetric Accuracy { get; } = OfClasses("accuracy", static (predictions, row, target) =>
        predictions.PredictedClass(row) == target ? 1 : 0);

    /// <summary>
    /// The mean of -ln p, with p the probability given to the target class, clipped to [1e-7, 1 - 1e-7] as in Keras; in
    /// nats; for class targets.
    /// </summary>
    public static IMetric CrossEntropy { get; } = OfClasses("cross_entropy", NegativeLogLikelihood);

    /// <summary>
    /// e to the power of the cross-entropy: among how many equally likely classes the model hesitates, from 1; for class
    /// targets.
    /// </summary>
    public static IMetric Perplexity { get; } = Of("perplexity", static predictions =>
        DoubleMath.Exp(MeanOverClasses("perplexity", predictions, NegativeLogLikelihood)));

    /// <summary>The mean of the squared differences; for real-valued targets.</summary>
    public static IMetric MeanSquaredError { get; } = Of("mean_squared_error", static predictions =>
        MeanOverValues("mean_squared_error", predictions, static difference => difference * difference));

    /// <summary>The mean of the differences' sizes; for real-valued targets.</summary>
    public static IMetric MeanAbsoluteError { get; } = Of("mean_absolute_error", static predictions =>
        MeanOverValues("mean_absolute_error", predictions, Math.Abs));

    /// <summary>The root of the mean squared error, in the target's own unit; for real-valued targets.</summary>
    public static IMetric RootMeanSquaredError { get; } = Of("root_mean_squared_error", static predictions =>
        Math.Sqrt(MeanOverValues("root_mean_squared_error", predictions, static difference => difference * difference)));

    /// <summary>All ready-made metrics, for look-up by name.</summary>
    public static IReadOnlyList<IMetric> All { get; } =
        [Accuracy, CrossEntropy, Perplexity, MeanSquaredError, MeanAbsoluteError, RootMeanSquaredError];

    /// <summary>A metric of one's own.</summary>
    /// <param name="name">The name in tables and files, in lower case with underscores.</param>
    /// <param name="evaluate">A pure function; it leaves out the rows that <see cref="Predictions.Counts"/> leaves out.</param>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static IMetric Of(string name, Func<Predictions, double> evaluate)
    {
        ArgumentNullException.ThrowIfNull(evaluate);
        return string.IsNullOrWhiteSpace(name)
            ? throw new ResearchException("Metric: expected a name, e.g. 'accuracy', got an empty one.")
            : new Rule(name, evaluate);
    }

    private static IMetric OfClasses(string name, Func<Predictions, int, int, double> score) =>
        Of(name, predictions => MeanOverClasses(name, predictions, score));

    private static double NegativeLogLikelihood(Predictions predictions, int row, int target)
    {
        double probability = predictions.Values[row * predictions.Data.TargetWidth + target];
        return -DoubleMath.Log(Math.Clamp(probability, 1e-7, 1 - 1e-7));
    }

    private static double MeanOverClasses(string name, Predictions predictions, Func<Predictions, int, int, double> score)
    {
        int[] classes = predictions.Data.TargetClasses
            ?? throw new ResearchException($"Metric '{name}': expected class targets, got real values in '{predictions.Data.Description}'; use '{MeanSquaredError.Name}', '{MeanAbsoluteError.Name}' or '{RootMeanSquaredError.Name}'.");
        return MeanOverRows(name, predictions, row => score(predictions, row, classes[row]));
    }

    private static double MeanOverValues(string name, Predictions predictions, Func<double, double> cost)
    {
        float[] targets = predictions.Data.TargetValues
            ?? throw new ResearchException($"Metric '{name}': expected real-valued targets, got classes in '{predictions.Data.Description}'; use '{Accuracy.Name}', '{CrossEntropy.Name}' or '{Perplexity.Name}'.");
        int width = predictions.Data.TargetWidth;
        return MeanOverRows(name, predictions, row =>
        {
            double sum = 0;
            for (int i = row * width; i < (row + 1) * width; i++) sum += cost((double)predictions.Values[i] - targets[i]);
            return sum / width;
        });
    }

    private static double MeanOverRows(string name, Predictions predictions, Func<int, double> score)
    {
        int width = predictions.Data.TargetWidth, rows = 0;
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

    private sealed class Rule(string name, Func<Predictions, double> evaluate) : IMetric
    {
        public string Name => name;

        public double Evaluate(Predictions predictions)
        {
            ArgumentNullException.ThrowIfNull(predictions);
            return evaluate(predictions);
        }

        public override string ToString() => name;
    }
}
