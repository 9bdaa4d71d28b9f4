using Research.Framework.Experiments;
using Research.Framework.Metrics;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>What is kept of a run that went well: the figures that tables are made of, and the whole result until it stands elsewhere. Immutable.</summary>
internal sealed record FinishedRun
{
    public required int Seed { get; init; }

    public required IReadOnlyList<MetricValue> Metrics { get; init; }

    /// <summary>Epochs made.</summary>
    public required int Epochs { get; init; }

    public required bool StoppedEarly { get; init; }

    /// <summary>Training steps made.</summary>
    public required long Steps { get; init; }

    public required double Seconds { get; init; }

    /// <summary>The result; null where nobody asks for it, or once it is <see cref="Stored"/>.</summary>
    public ExperimentResult? Result { get; init; }

    /// <summary>Where the result is, as JSON; null where it is nowhere.</summary>
    public StoredRun? Stored { get; init; }

    public static FinishedRun Of(ExperimentResult result, bool isWanted) => new()
    {
        Seed = result.Seed,
        Metrics = result.Metrics,
        Epochs = result.EpochLosses.Count,
        StoppedEarly = result.StoppedEarly,
        Steps = result.Steps,
        Seconds = result.Seconds,
        Result = isWanted ? result : null,
    };
}
