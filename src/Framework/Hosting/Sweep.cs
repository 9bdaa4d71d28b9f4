using Research.Framework.Experiments;

namespace Research.Framework.Hosting;

/// <summary>
/// Runs experiments over seeds on several threads. Each run makes its own plan and model and shares nothing, so
/// the number of threads never shows in a result.
/// </summary>
internal sealed class Sweep
{
    private readonly ISeedRunner _runner;
    private readonly RunRequest _request;
    private readonly RunProgress?[] _active;
    private readonly int _runs;
    private int _next = -1;

    /// <exception cref="ResearchException">A plan cannot be run; nothing has been.</exception>
    public Sweep(ISeedRunner runner, IReadOnlyList<CatalogExperiment> experiments, RunRequest request)
    {
        _runner = runner;
        _request = request;
        Outcomes = [.. experiments.Select(experiment => new ExperimentOutcome(
            experiment, experiment.Plan(request.FirstSeed, request.Settings), request.FirstSeed, request.Seeds))];
        _runs = Outcomes.Count * request.Seeds;
        foreach (ExperimentOutcome outcome in Outcomes) runner.Check(outcome.Name, outcome.Plan, request.FirstSeed);
        _active = new RunProgress?[Math.Min(request.Threads, _runs)];
    }

    /// <summary>In order of registration; filled while the sweep runs.</summary>
    public IReadOnlyList<ExperimentOutcome> Outcomes { get; }

    /// <summary>Called, by the thread that ran it, when an experiment's last run ends.</summary>
    public Action<ExperimentOutcome>? ExperimentEnded { get; set; }

    /// <summary>What each thread is running now.</summary>
    public IReadOnlyList<RunProgress> Active => [.. _active.OfType<RunProgress>()];

    /// <summary>
    /// How much of the work is done, 0 to 1. A run is taken to cost its epochs times batches and steps: an estimate,
    /// for the time left alone.
    /// </summary>
    public double Done
    {
        get
        {
            double done = 0, all = 0;
            IReadOnlyList<RunProgress> active = Active;
            for (int i = 0; i < Outcomes.Count; i++)
            {
                ExperimentPlan plan = Outcomes[i].Plan;
                double epochs = Math.Max(1, plan.Training.Epochs);
                double samples = plan.Data.Samples;
                double cost = epochs * (Math.Ceiling(samples / plan.Training.BatchSize) + samples * plan.Data.Input.TimeSteps);
                double runs = Outcomes[i].Ended + active.Where(run => run.Experiment == i).Sum(run => run.Epoch / epochs);
                all += cost * Outcomes[i].Seeds;
                done += cost * Math.Min(runs, Outcomes[i].Seeds);
            }

            return done / all;
        }
    }

    /// <summary>Runs everything, or until cancelled: then runs in progress are dropped and finished ones stay.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(Enumerable.Range(0, _active.Length).Select(worker =>
        Task.Factory.StartNew(() => Work(worker, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private void Work(int worker, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            int run = Interlocked.Increment(ref _next);
            if (run >= _runs) break;
            if (!Run(worker, run / _request.Seeds, run % _request.Seeds, cancellation)) break;
        }

        Volatile.Write(ref _active[worker], null);
    }

    // Where there are fewer runs than threads, each run's training gets a share of those left over.
    private ExperimentPlan Spread(ExperimentPlan plan)
    {
        int share = Math.Max(plan.Training.Threads, _request.Threads / _runs);
        return plan with { Training = plan.Training with { Threads = share } };
    }

    private bool Run(int worker, int experiment, int index, CancellationToken cancellation)
    {
        ExperimentOutcome outcome = Outcomes[experiment];
        int seed = outcome.SeedAt(index), ended;
        RunProgress progress = new(experiment, seed);
        Volatile.Write(ref _active[worker], progress);
        try
        {
            ExperimentPlan plan = Spread(outcome.Experiment.Plan(seed, _request.Settings));
            ended = outcome.End(index, _runner.Run(outcome.Name, outcome.Experiment.Cell.Name, plan, seed, progress, cancellation), null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception)
        {
            // Whatever a user's cell or experiment throws fails its own run and no other; it is reported.
            ended = outcome.End(index, null, exception);
        }

        // The run is counted as ended: its progress must not count on top.
        Volatile.Write(ref _active[worker], null);
        if (ended == outcome.Seeds) ExperimentEnded?.Invoke(outcome);
        return true;
    }
}
