namespace Research.Framework.Training;

/// <summary>What training went through.</summary>
public sealed class TrainingSummary
{
    internal TrainingSummary(IReadOnlyList<double> epochLosses, long steps)
    {
        EpochLosses = epochLosses;
        Steps = steps;
    }

    /// <summary>The mean loss over the rows of each epoch that count, whatever the batch size, before each step's update; one for each epoch.</summary>
    public IReadOnlyList<double> EpochLosses { get; }

    /// <summary>Training steps (batches).</summary>
    public long Steps { get; }
}
