using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;

namespace Research.Framework.Metrics;

/// <summary>
/// What one output of a model predicted for every sample of a dataset, beside the targets it should have met. A piece of them is the
/// same for some samples that follow each other: <see cref="Data"/> and <see cref="Target"/> then have those alone.
/// </summary>
public sealed class Predictions
{
    private readonly bool[]? _counts;

    /// <summary>Creates predictions.</summary>
    /// <param name="data">The dataset that was predicted.</param>
    /// <param name="target">The target that the output should have met; without classes and values where the data have none.</param>
    /// <param name="values">Predictions, <c>[samples, target steps, target width]</c>; not copied.</param>
    /// <param name="counts">Which rows the model does not mask, <c>[samples, target steps]</c>; null for all. Not copied.</param>
    /// <exception cref="ResearchException">There are not as many flags as rows.</exception>
    public Predictions(Dataset data, TargetBlock target, float[] values, bool[]? counts = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(values);
        if (counts is not null && counts.Length != (long)data.Samples * target.TimeSteps)
            throw new ResearchException($"Predictions of '{data.Description}': expected which rows count as [{data.Samples}, {target.TimeSteps}] flags, got {counts.Length}.");
        Data = data;
        Target = target;
        Values = values;
        _counts = counts;
    }

    /// <summary>Takes over what a batch of samples that follow each other has yielded.</summary>
    internal void Take(BatchOutput output, int firstSample, int samples)
    {
        int steps = output.TimeSteps, size = steps * output.Width;
        output.Values.AsSpan(0, samples * size).CopyTo(Values.AsSpan(firstSample * size));
        output.Counts.AsSpan(0, samples * steps).CopyTo(_counts.AsSpan(firstSample * steps));
    }

    /// <summary>The dataset that was predicted: labels, text, inputs.</summary>
    public Dataset Data { get; }

    /// <summary>The target that the output should have met.</summary>
    public TargetBlock Target { get; }

    /// <summary>Predictions, row-major <c>[samples, target steps, target width]</c>.</summary>
    public float[] Values { get; }

    /// <summary>Number of predicted rows: samples times target steps.</summary>
    public int Count => Data.Samples * Target.TimeSteps;

    /// <summary>The predictions of a row, <c>[target width]</c>: a view, not a copy.</summary>
    /// <param name="row">Row in <c>[0, Count)</c>.</param>
    public ArraySegment<float> Row(int row) => new(Values, row * Target.Width, Target.Width);

    /// <summary>Whether the row counts: neither the model nor the target's own mask leaves it out. The loss counts the same rows.</summary>
    /// <param name="row">Row in <c>[0, Count)</c>: sample times target steps plus step.</param>
    public bool Counts(int row) => (_counts is null || _counts[row]) && (Target.Mask is null || Target.Mask[row]);

    /// <summary>A predicted value in the user's units: those of <see cref="TargetBlock.Units"/>.</summary>
    /// <param name="row">Row in <c>[0, Count)</c>.</param>
    /// <param name="column">From 0 to the target's width - 1.</param>
    public double Predicted(int row, int column) => Restored(Values[row * Target.Width + column], row, column);

    /// <summary>A real-valued target in the user's units.</summary>
    /// <param name="row">Row in <c>[0, Count)</c>.</param>
    /// <param name="column">From 0 to the target's width - 1.</param>
    /// <exception cref="ResearchException">The targets are no real values.</exception>
    public double Expected(int row, int column) => Target.Values is { } targets
        ? Restored(targets[row * Target.Width + column], row, column)
        : throw new ResearchException($"The targets of '{Data.Description}' are no real values.");

    private double Restored(float value, int row, int column) => Target.Units is { } units ? units.Restore(value, row, column) : value;

    /// <summary>The class with the largest prediction, the first of several equal ones; -1 where a prediction is NaN or infinite: it stands for no class.</summary>
    /// <param name="row">Row in <c>[0, Count)</c>.</param>
    public int PredictedClass(int row)
    {
        ReadOnlySpan<float> scores = Values.AsSpan(row * Target.Width, Target.Width);
        int best = 0;
        bool finite = true;
        for (int i = 0; i < scores.Length; i++)
        {
            finite &= float.IsFinite(scores[i]);
            if (scores[i] > scores[best]) best = i;
        }

        return finite ? best : -1;
    }

    /// <summary>The target's class of a row that counts: a mask may have hidden it from whoever looked at the data.</summary>
    /// <param name="classes">The target's classes.</param>
    /// <param name="row">Row in <c>[0, Count)</c>.</param>
    /// <exception cref="ResearchException">It is none.</exception>
    internal int TargetClass(int[] classes, int row) => (uint)classes[row] < (uint)Target.Width
        ? classes[row]
        : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"The data '{Data.Description}' cannot be judged by: target classes: expected 0 to {Target.Width - 1}, got {classes[row]} at sample {row / Target.TimeSteps}, which counts."));
}
