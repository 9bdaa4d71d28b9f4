using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>
/// An experiment's runs: one slot for each seed, filled by whichever thread ran it, read in order of seeds. Of a run, no more is kept than a
/// report says of it, so that many seeds take little more memory than one.
/// </summary>
internal sealed class ExperimentOutcome(CatalogExperiment experiment, ExperimentRun first, int seeds, bool keepsPredictions)
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
        Plan = Plan,
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
