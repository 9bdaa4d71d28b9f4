namespace Research.Framework.Training;

/// <summary>What training went through; where it was resumed, from its first epoch on.</summary>
public sealed class TrainingSummary
{
    internal TrainingSummary(IReadOnlyList<LearningCurve> curves, long steps, bool stoppedEarly, int? bestEpoch)
    {
        Curves = curves;
        Steps = steps;
        StoppedEarly = stoppedEarly;
        BestEpoch = bestEpoch;
    }

    /// <summary>The mean loss over the rows of each epoch that count, whatever the batch size, before each step's update; one for each epoch.</summary>
    public IReadOnlyList<double> EpochLosses => Curves[0].Values;

    /// <summary>Losses, and the validation data's figures, over the epochs: <c>training/loss</c> first.</summary>
    public IReadOnlyList<LearningCurve> Curves { get; }

    /// <summary>Training steps (batches).</summary>
    public long Steps { get; }

    /// <summary>Whether it ended before its last epoch: by <see cref="EarlyStopping"/>, or because an observer asked.</summary>
    public bool StoppedEarly { get; }

    /// <summary>The epoch, from 1, after which the figure that <see cref="EarlyStopping"/> watches was best; null without it, or where it never was a number.</summary>
    public int? BestEpoch { get; }

    /// <summary>A curve's values, one for each epoch.</summary>
    /// <param name="name">Its name, e.g. <c>validation/loss</c>.</param>
    /// <exception cref="ResearchException">There is no such curve.</exception>
    public IReadOnlyList<double> Curve(string name) => LearningCurve.Find(Curves, name);
}
