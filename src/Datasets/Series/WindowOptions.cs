using Research.Framework;

namespace Research.Datasets.Series;

/// <summary>How windows are cut out of a series. Immutable.</summary>
public sealed record WindowOptions
{
    /// <summary>The columns that go in.</summary>
    /// <value>Default empty: all.</value>
    public IReadOnlyList<string> Features { get; init => field = Required.Each(value); } = [];

    /// <summary>The columns that are forecast.</summary>
    /// <value>Default empty: all.</value>
    public IReadOnlyList<string> Targets { get; init => field = Required.Each(value); } = [];

    /// <summary>The first step that is forecast, as the series counts from 0; windows look back beyond it, which is no leak.</summary>
    /// <value>Default null: the first that has a window before it.</value>
    public int? From { get; init; }

    /// <summary>The step before which the last that is forecast lies.</summary>
    /// <value>Default null: the series' length.</value>
    public int? Until { get; init; }

    /// <summary>The first step whose forecasts count in losses and metrics; those before it warm the state up.</summary>
    /// <value>Default null: all count.</value>
    public int? CountFrom { get; init; }

    /// <summary>Steps from the start of a window to that of the next. Where it is the window's length, each window goes on where the one before ended, and state may be carried.</summary>
    /// <value>At least 1. Default 1.</value>
    public int Stride { get; init; } = 1;

    /// <summary>Whether the window's steps are features of a single time step, rather than time steps.</summary>
    /// <value>Default false.</value>
    public bool StepsAreFeatures { get; init; }

    /// <summary>Whether each step of a window has a target, rather than the last alone.</summary>
    /// <value>Default false.</value>
    public bool TargetAtEveryStep { get; init; }

    /// <summary>Steps of a season, for the baseline <c>seasonal_naive</c>.</summary>
    /// <value>Default null: without it.</value>
    public int? Season { get; init; }
}
