using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>
/// An experiment's runs: one slot for each seed, filled by whichever thread ran it, read in order of seeds. Of a run, no more is kept than a
/// report says of it, so that many seeds take little more memory than one.
/// </summary>
internal sealed class ExperimentOutcome(CatalogExperiment experiment, ExperimentRun? first, int firstSeed, int seeds, bool keepsPredictions)
{
    private readonly ExperimentResult?[] _results = new ExperimentResult?[seeds];
    private readonly Exception?[] _failures = new Exception?[seeds];
    private int _ended;

    public CatalogExperiment Experiment { get; } = experiment;

    public string Name => Experiment.Name;

    /// <summary>The first seed, as it was checked; null where the experiment's own code failed to make it.</summary>
    public ExperimentRun? First { get; } = first;

    /// <summary>The first seed's plan, or that of the first that went well; null where there is none.</summary>
    public ExperimentPlan? Plan => First?.Plan ?? _results.FirstOrDefault(result => result is not null)?.Plan;

    public int Seeds => _results.Length;

    /// <summary>Runs that ended, well or not.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Finished runs, in order of seeds.</summary>
    public IReadOnlyList<ExperimentResult> Results => [.. _results.OfType<ExperimentResult>()];

    /// <summary>Failed runs, in order of seeds.</summary>
    public IReadOnlyList<RunFailure> Failures =>
        [.. Enumerable.Range(0, Seeds).Select(FailureAt).OfType<RunFailure>()];

    /// <summary>A run's result; null while it has none.</summary>
    public ExperimentResult? ResultAt(int index) => _results[index];

    /// <summary>A run's failure; null where it has not failed.</summary>
    public RunFailure? FailureAt(int index) => _failures[index] is { } failure ? new RunFailure(SeedAt(index), failure) : null;

    public int SeedAt(int index) => firstSeed + index;

    /// <summary>Keeps a run's result or failure.</summary>
    /// <returns>Runs that have ended, this one included.</returns>
    public int End(int index, ExperimentResult? result, Exception? failure)
    {
        lock (_results)
        {
            _results[index] = result is null ? null : Light(result);
            if (!keepsPredictions) DropPredictions();
        }

        _failures[index] = failure;
        return Interlocked.Increment(ref _ended);
    }

    // Without its data, for which the first seed's plan stands, and the numbers that its predictions were read from.
    private ExperimentResult Light(ExperimentResult result) => result with
    {
        Plan = Plan ?? result.Plan,
        Outputs = [.. result.Outputs.Select(output => output.Predictions.Count == 0 ? output : output with { Values = [] })],
    };

    // Only the first finished seed's predictions are shown.
    private void DropPredictions()
    {
        int shown = Array.FindIndex(_results, result => result is not null);
        for (int i = shown + 1; i < _results.Length; i++)
        {
            if (_results[i] is { Outputs.Count: > 0 } result) _results[i] = result with { Outputs = [], Generated = [] };
        }
    }
}
