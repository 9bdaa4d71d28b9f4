using Research.Framework.Engine;

namespace Research.Framework.Experiments;

/// <summary>One seed of one experiment, ready to be run: all that decides its result.</summary>
public sealed record ExperimentRun
{
    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init => field = Required.Value(value); }

    /// <summary>The cell's registered name.</summary>
    public required string Cell { get; init => field = Required.Value(value); }

    /// <summary>What trains.</summary>
    public required IEngine Engine { get; init => field = Required.Value(value); }

    /// <summary>The plan of this seed.</summary>
    public required ExperimentPlan Plan { get; init => field = Required.Value(value); }

    /// <summary>The root seed.</summary>
    public required int Seed { get; init; }
}
