using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>An experiment's runs: one slot for each seed, filled by whichever thread ran it, read in order of seeds.</summary>
internal sealed class ExperimentOutcome(CatalogExperiment experiment, ExperimentRun first, int seeds)
{
    private readonly ExperimentResult?[] _results = new ExperimentResult?[seeds];
    private readonly Exception?[] _failures = new Exception?[seeds];
    private int _ended;

    public CatalogExperiment Experiment { get; } = experiment;

    public string Name => Experiment.Name;

    /// <summary>The first seed, as it was checked.</summary>
    public ExperimentRun First { get; } = first;

    /// <summary>The first seed's plan.</summary>
    public ExperimentPlan Plan => First.Plan;

    public int Seeds => _results.Length;

    /// <summary>Runs that ended, well or not.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Finished runs, in order of seeds.</summary>
    public IReadOnlyList<ExperimentResult> Results => [.. _results.OfType<ExperimentResult>()];

    /// <summary>Failed runs, in order of seeds.</summary>
    public IReadOnlyList<RunFailure> Failures =>
        [.. _failures.Select((failure, i) => failure is null ? null : new RunFailure(SeedAt(i), failure)).OfType<RunFailure>()];

    public int SeedAt(int index) => First.Seed + index;

    /// <summary>Keeps a run's result or failure.</summary>
    /// <returns>Runs that have ended, this one included.</returns>
    public int End(int index, ExperimentResult? result, Exception? failure)
    {
        _results[index] = result;
        _failures[index] = failure;
        return Interlocked.Increment(ref _ended);
    }
}
