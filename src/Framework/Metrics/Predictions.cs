using Research.Framework.Data;

namespace Research.Framework.Metrics;

/// <summary>What a model predicted for every sample of a dataset, beside the dataset itself.</summary>
/// <param name="data">The dataset that was predicted.</param>
/// <param name="values">Predictions, <c>[samples, target steps, target width]</c>.</param>
public sealed class Predictions(FramedDataset data, float[] values)
{
    /// <summary>The dataset that was predicted: targets, mask, labels.</summary>
    public FramedDataset Data { get; } = data;

    /// <summary>Predictions, row-major <c>[samples, target steps, target width]</c>.</summary>
    public float[] Values { get; } = values;

    /// <summary>Number of predicted rows: samples times target steps.</summary>
    public int Count => Data.Samples * Data.TargetSteps;

    /// <summary>
    /// Whether the row counts. Where every time step has a target, masked steps do not; a sample's only target always does.
    /// </summary>
    /// <param name="row">Row in <c>[0, Count)</c>: sample times target steps plus step.</param>
    public bool Counts(int row) =>
        Data.Mask is null || Data.TargetSteps == 1 || Data.TargetSteps != Data.TimeSteps || Data.Mask[row];

    /// <summary>The class with the largest prediction; the first of several equal ones.</summary>
    /// <param name="row">Row in <c>[0, Count)</c>.</param>
    public int PredictedClass(int row)
    {
        ReadOnlySpan<float> scores = Values.AsSpan(row * Data.TargetWidth, Data.TargetWidth);
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best]) best = i;
        }

        return best;
    }

    /// <summary>The class that the target names.</summary>
    /// <param name="row">Row in <c>[0, Count)</c>.</param>
    /// <exception cref="ResearchException">The targets are real values.</exception>
    public int TargetClass(int row) => Data.TargetClasses is { } classes
        ? classes[row]
        : throw new ResearchException($"The targets of '{Data.Description}' are real values, not classes; choose a metric for real values.");
}
