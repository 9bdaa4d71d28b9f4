using System.Globalization;
using System.Text;

namespace Research.Framework.Metrics;

/// <summary>
/// How often each class was predicted for each target class: counts <c>[target class, predicted class]</c> over the rows that
/// count. Immutable.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;

    private ConfusionMatrix(int classes, long[] counts)
    {
        Classes = classes;
        _counts = counts;
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Rows that count.</summary>
    public long Total => _counts.Sum();

    /// <summary>The fraction of rows on the diagonal.</summary>
    public double Accuracy => (double)Enumerable.Range(0, Classes).Sum(i => Count(i, i)) / Total;

    /// <summary>Counts predictions. The predicted class is the one with the largest prediction, the first of several equal ones.</summary>
    /// <param name="predictions">Predictions for class targets; masked steps are left out.</param>
    /// <exception cref="ResearchException">Targets are no classes, sizes do not fit, a prediction is not finite, or no row counts.</exception>
    public static ConfusionMatrix Of(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return OfPieces([predictions]);
    }

    /// <summary>Counts predictions that come piece by piece, e.g. <c>Evaluation.PredictInPieces(…).Select(outputs => outputs[0])</c>, and keeps none.</summary>
    /// <param name="pieces">At least one.</param>
    /// <exception cref="ResearchException">As <see cref="Of"/>, or there is no piece.</exception>
    public static ConfusionMatrix OfPieces(IEnumerable<Predictions> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        long[]? counts = null;
        int width = 0;
        long rows = 0;
        bool any = false;
        string description = "";
        foreach (Predictions piece in pieces)
        {
            description = piece.Data.Description;
            if (counts is null) counts = Room(width = piece.Target.Width);
            else if (width != piece.Target.Width) throw new ResearchException($"Confusion matrix: expected pieces of {width} classes, as the first one has, got one of {piece.Target.Width}.");
            any |= Add(counts, piece, rows);
            rows += piece.Count;
        }

        if (counts is null) throw new ResearchException("Confusion matrix: expected at least one piece, got none.");
        return any
            ? new ConfusionMatrix(width, counts)
            : throw new ResearchException($"Confusion matrix: expected at least one row that counts, got none of {rows}; the mask of '{description}' leaves nothing.");
    }

    private static long[] Room(int width) => (long)width * width <= Array.MaxLength
        ? new long[width * width]
        : throw new ResearchException($"Confusion matrix: {width} x {width} classes are more counts than an array holds ({Array.MaxLength}); take a metric that looks at one class at a time, e.g. accuracy.");

    // Whether any row counts.
    private static bool Add(long[] counts, Predictions predictions, long firstRow)
    {
        int width = predictions.Target.Width;
        int[] targets = predictions.Target.Classes
            ?? throw new ResearchException($"Confusion matrix: expected class targets, got real values in '{predictions.Data.Description}'.");
        if (predictions.Values.Length != (long)predictions.Count * width)
            throw new ResearchException($"Confusion matrix: expected predictions [{predictions.Count}, {width}], got {predictions.Values.Length} values.");
        bool any = false;
        for (int row = 0; row < predictions.Count; row++)
        {
            if (!predictions.Counts(row)) continue;
            // A prediction that is no number is neither right nor wrong: it must not pass for a class.
            int predicted = predictions.PredictedClass(row);
            if (predicted < 0)
                throw new ResearchException($"Confusion matrix: expected finite numbers, got NaN or infinity in row {firstRow + row} of the predictions of '{predictions.Data.Description}'.");
            counts[(long)predictions.TargetClass(targets, row) * width + predicted]++;
            any = true;
        }

        return any;
    }

    /// <summary>How often a class was predicted for a target class.</summary>
    /// <param name="target">In [0, <see cref="Classes"/>).</param>
    /// <param name="predicted">In [0, <see cref="Classes"/>).</param>
    public long Count(int target, int predicted) => _counts[(long)Checked(target) * Classes + Checked(predicted)];

    /// <summary>Of the rows predicted to be of a class, the fraction that are; NaN where there are none.</summary>
    /// <param name="predicted">In [0, <see cref="Classes"/>).</param>
    public double Precision(int predicted) => (double)Count(predicted, predicted) / Enumerable.Range(0, Classes).Sum(target => Count(target, predicted));

    /// <summary>Of the rows of a class, the fraction predicted to be; NaN where there are none.</summary>
    /// <param name="target">In [0, <see cref="Classes"/>).</param>
    public double Recall(int target) => (double)Count(target, target) / Enumerable.Range(0, Classes).Sum(predicted => Count(target, predicted));

    /// <summary>A table: a line for each target class, a column for each predicted one.</summary>
    public override string ToString()
    {
        int digits = _counts.Max().ToString(CultureInfo.InvariantCulture).Length;
        StringBuilder text = new();
        for (int target = 0; target < Classes; target++)
        {
            if (target > 0) text.Append('\n');
            for (int predicted = 0; predicted < Classes; predicted++)
            {
                if (predicted > 0) text.Append(' ');
                text.Append(Count(target, predicted).ToString(CultureInfo.InvariantCulture).PadLeft(digits));
            }
        }

        return text.ToString();
    }

    private int Checked(int index) => index >= 0 && index < Classes
        ? index
        : throw new ResearchException($"Confusion matrix: expected a class from 0 to {Classes - 1}, got {index}.");
}
