namespace Research.Framework.Metrics;

/// <summary>
/// Metrics of one class against all others, and their means over classes (macro averages), in which a rare class counts as much as a
/// frequent one. For class targets, of which the class with the largest prediction is predicted; and for targets 0 and 1, where
/// each output is a class that is predicted from ½ on. Rows that do not count are left out.
/// </summary>
/// <remarks>As in scikit-learn, with <c>zero_division=0</c>. The confusion matrix itself: <see cref="ConfusionMatrix"/>.</remarks>
public static class ClassMetric
{
    /// <summary>The mean over classes of <see cref="PrecisionOf"/>, of those that occur among targets or predictions; in [0, 1].</summary>
    public static IMetric Precision { get; } = Macro("precision", static counts => counts.Precision);

    /// <summary>The mean over classes of <see cref="RecallOf"/>, of those that occur among targets or predictions; in [0, 1].</summary>
    public static IMetric Recall { get; } = Macro("recall", static counts => counts.Recall);

    /// <summary>The mean over classes of <see cref="F1Of"/>, of those that occur among targets or predictions; in [0, 1].</summary>
    public static IMetric F1 { get; } = Macro("f1", static counts => counts.F1);

    /// <summary>The mean over classes of <see cref="AucOf"/>, of those that have rows in them and outside; NaN where none has.</summary>
    public static IMetric Auc { get; } = Rule("auc", static predictions => Mean(Enumerable.Range(0, predictions.Target.Width)
        .Select(k => AreaOf(predictions, k)).Where(area => !double.IsNaN(area))));

    /// <summary>The means over classes, for look-up by name.</summary>
    public static IReadOnlyList<IMetric> All { get; } = [Precision, Recall, F1, Auc];

    /// <summary>Of the rows predicted to be of a class, the fraction that are; 0 where there are none. Named e.g. <c>precision_2</c>.</summary>
    /// <param name="targetClass">The class, from 0.</param>
    /// <exception cref="ResearchException">The class is below 0; evaluated, also that the targets have no such class.</exception>
    public static IMetric PrecisionOf(int targetClass) => OfClass("precision", targetClass, static counts => counts.Precision);

    /// <summary>Of the rows of a class, the fraction predicted to be; 0 where there are none. Named e.g. <c>recall_2</c>.</summary>
    /// <param name="targetClass">The class, from 0.</param>
    /// <exception cref="ResearchException">The class is below 0; evaluated, also that the targets have no such class.</exception>
    public static IMetric RecallOf(int targetClass) => OfClass("recall", targetClass, static counts => counts.Recall);

    /// <summary>The harmonic mean of a class' precision and recall; 0 where both are. Named e.g. <c>f1_2</c>.</summary>
    /// <param name="targetClass">The class, from 0.</param>
    /// <exception cref="ResearchException">The class is below 0; evaluated, also that the targets have no such class.</exception>
    public static IMetric F1Of(int targetClass) => OfClass("f1", targetClass, static counts => counts.F1);

    /// <summary>
    /// The area under a class' receiver operating characteristic: how likely a row of the class is predicted to be of it more surely than
    /// a row of another one, ties counting half; ½ for guessing. NaN where all rows are of the class, or none. Named e.g. <c>auc_2</c>.
    /// </summary>
    /// <param name="targetClass">The class, from 0.</param>
    /// <exception cref="ResearchException">The class is below 0; evaluated, also that the targets have no such class.</exception>
    public static IMetric AucOf(int targetClass) => Rule(NameOf("auc", targetClass), predictions => AreaOf(predictions, Checked(predictions, targetClass)));

    private static IMetric Macro(string name, Func<Counts, double> figure) => Rule(name, predictions => Mean(Enumerable.Range(0, predictions.Target.Width)
        .Select(k => Counts.OfRows(predictions, k)).Where(counts => counts.Occurs).Select(figure)));

    private static IMetric OfClass(string name, int targetClass, Func<Counts, double> figure) =>
        Rule(NameOf(name, targetClass), predictions => figure(Counts.OfRows(predictions, Checked(predictions, targetClass))));

    private static string NameOf(string name, int targetClass) => targetClass >= 0
        ? FormattableString.Invariant($"{name}_{targetClass}")
        : throw new ResearchException($"Metric '{name}': expected a class from 0, got {targetClass}.");

    private static int Checked(Predictions predictions, int targetClass) => targetClass < predictions.Target.Width
        ? targetClass
        : throw new ResearchException($"Expected a metric of a class from 0 to {predictions.Target.Width - 1}, which '{predictions.Data.Description}' has, got one of {targetClass}.");

    // A prediction that is no number is neither right nor wrong: it must not pass for class 0.
    private static IMetric Rule(string name, Func<Predictions, double> evaluate) => Metric.Of(name, predictions =>
    {
        if (predictions.Target.Classes is null && predictions.Target.Values is null)
            throw new ResearchException($"Metric '{name}': '{predictions.Data.Description}' has no targets.");
        if (predictions.Values.Length != (long)predictions.Count * predictions.Target.Width)
            throw new ResearchException($"Metric '{name}': expected predictions [{predictions.Count}, {predictions.Target.Width}], got {predictions.Values.Length} values.");
        IEnumerable<int> rows = Rows(predictions);
        if (!rows.Any())
            throw new ResearchException($"Metric '{name}': expected at least one row that counts, got none of {predictions.Count}; the mask of '{predictions.Data.Description}' leaves nothing.");
        int width = predictions.Target.Width;
        return rows.All(row => !predictions.Values.AsSpan(row * width, width).Contains(float.NaN)) ? evaluate(predictions) : double.NaN;
    }, largerIsBetter: true);

    private static IEnumerable<int> Rows(Predictions predictions) => Enumerable.Range(0, predictions.Count).Where(predictions.Counts);

    private static double Mean(IEnumerable<double> figures)
    {
        double[] all = [.. figures];
        return all.Length > 0 ? all.Average() : double.NaN;
    }

    private static bool IsOf(Predictions predictions, int row, int k) =>
        predictions.Target.Classes is { } classes ? classes[row] == k : predictions.Target.Values![row * predictions.Target.Width + k] > 0.5f;

    // By ranks (Mann and Whitney): the sum of the ranks of the class' rows among all, tied rows having their ranks' mean.
    private static double AreaOf(Predictions predictions, int k)
    {
        int width = predictions.Target.Width;
        int[] rows = [.. Rows(predictions)];
        float[] scores = [.. rows.Select(row => predictions.Values[row * width + k])];
        Array.Sort(scores, rows);
        double ranks = 0;
        long inside = 0;
        for (int first = 0, next; first < rows.Length; first = next)
        {
            for (next = first + 1; next < rows.Length && scores[next] == scores[first];) next++;
            int tied = rows.AsSpan(first, next - first).ToArray().Count(row => IsOf(predictions, row, k));
            ranks += tied * (first + 1 + next) / 2.0;
            inside += tied;
        }

        long outside = rows.Length - inside;
        return inside > 0 && outside > 0 ? (ranks - inside * (inside + 1) / 2.0) / ((double)inside * outside) : double.NaN;
    }

    private readonly record struct Counts(int Right, int Predicted, int Of)
    {
        public bool Occurs => Predicted + Of > 0;

        public double Precision => Predicted > 0 ? (double)Right / Predicted : 0;

        public double Recall => Of > 0 ? (double)Right / Of : 0;

        public double F1 => Occurs ? 2.0 * Right / (Predicted + Of) : 0;

        public static Counts OfRows(Predictions predictions, int k)
        {
            int right = 0, predicted = 0, of = 0;
            foreach (int row in Rows(predictions))
            {
                bool says = predictions.Target.Classes is null ? predictions.Values[row * predictions.Target.Width + k] > 0.5f : predictions.PredictedClass(row) == k;
                bool isOf = IsOf(predictions, row, k);
                right += says && isOf ? 1 : 0;
                predicted += says ? 1 : 0;
                of += isOf ? 1 : 0;
            }

            return new Counts(right, predicted, of);
        }
    }
}
