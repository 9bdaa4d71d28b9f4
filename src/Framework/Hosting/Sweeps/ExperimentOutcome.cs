using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>
/// An experiment's runs: one slot for each seed, filled by whichever thread ran it, read in order of seeds. Of a run, no more is kept than a
/// report says of it, so that many seeds take little more memory than one.
/// </summary>
/// <param name="experiment">The experiment.</param>
/// <param name="first">The first seed, as it was checked; null where the experiment's own code failed to make it.</param>
/// <param name="firstSeed">The first seed.</param>
/// <param name="seeds">How many there are.</param>
/// <param name="keepsResults">Whether somebody asks for whole results: each is kept until it is stored.</param>
internal sealed class ExperimentOutcome(CatalogExperiment experiment, ExperimentRun? first, int firstSeed, int seeds, bool keepsResults)
{
    private readonly FinishedRun?[] _runs = new FinishedRun?[seeds];
    private readonly Exception?[] _failures = new Exception?[seeds];
    private readonly Lock _ending = new();
    private int _ended;
    private ExperimentResult? _shown;

    public CatalogExperiment Experiment { get; } = experiment;

    public string Name => Experiment.Name;

    /// <summary>The first seed, as it was checked; null where the experiment's own code failed to make it.</summary>
    public ExperimentRun? First { get; } = first;

    /// <summary>The first seed's plan, or that of the first that went well; null where there is none.</summary>
    public ExperimentPlan? Plan => First?.Plan ?? Shown?.Plan;

    public int Seeds => _runs.Length;

    /// <summary>Runs that ended, well or not.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Finished runs, in order of seeds.</summary>
    public IReadOnlyList<FinishedRun> Finished => [.. Enumerable.Range(0, Seeds).Select(FinishedAt).OfType<FinishedRun>()];

    /// <summary>Failed runs, in order of seeds.</summary>
    public IReadOnlyList<RunFailure> Failures =>
        [.. Enumerable.Range(0, Seeds).Select(FailureAt).OfType<RunFailure>()];

    /// <summary>The first finished seed's result, whose predictions are shown; without the numbers that they were read from. Null while there is none.</summary>
    public ExperimentResult? Shown => Volatile.Read(ref _shown);

    /// <summary>A finished run; null where there is none.</summary>
    public FinishedRun? FinishedAt(int index) => Volatile.Read(ref _runs[index]);

    /// <summary>A run's failure; null where it has not failed.</summary>
    public RunFailure? FailureAt(int index) => _failures[index] is { } failure ? new RunFailure(SeedAt(index), failure) : null;

    public int SeedAt(int index) => firstSeed + index;

    /// <summary>Keeps a run's result or failure.</summary>
    /// <returns>Runs that have ended, this one included.</returns>
    public int End(int index, ExperimentResult? result, Exception? failure)
    {
        if (result is not null)
        {
            result = result with { Plan = First?.Plan ?? result.Plan }; // without its own data
            lock (_ending)
            {
                if (_shown is null || result.Seed < _shown.Seed) Volatile.Write(ref _shown, Light(result));
            }

            Volatile.Write(ref _runs[index], FinishedRun.Of(result, keepsResults));
        }

        _failures[index] = failure;
        return Interlocked.Increment(ref _ended);
    }

    /// <summary>Lets go of a finished run's result, which is stored now.</summary>
    public void Store(int index, StoredRun stored) =>
        Volatile.Write(ref _runs[index], _runs[index]! with { Result = null, Stored = stored });

    private static ExperimentResult Light(ExperimentResult result) => result with
    {
        Outputs = [.. result.Outputs.Select(output => output with { Values = [], Targets = null, Counts = null })],
        EpochLosses = [],
        Curves = [],
    };
}
