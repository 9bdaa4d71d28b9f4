using Research.Framework.Engine;
using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>
/// Runs experiments over seeds on several threads. Each run makes its own plan and model and shares nothing, so
/// neither the number of threads nor the order of runs ever shows in a result. The longest begin, so that the threads end
/// together: a long run that began last would keep one of them busy while the others wait.
/// </summary>
internal sealed class Sweep
{
    private readonly IExperimentRunner _runner;
    private readonly RunRequest _request;
    private readonly RunProgress?[] _active;
    private readonly double[] _costs;
    private readonly int[] _order;
    private readonly int _runs;
    private int _next = -1;

    /// <exception cref="ResearchException">A plan cannot be run; nothing has been.</exception>
    public Sweep(IExperimentRunner runner, IEngine engine, IReadOnlyList<CatalogExperiment> experiments, RunRequest request)
    {
        _runner = runner;
        _request = request;
        Engine = engine;
        Outcomes = [.. experiments.Select(experiment => new ExperimentOutcome(
            experiment, experiment.Prepare(request.FirstSeed, request.Settings, engine), request.Seeds, keepsPredictions: request.JsonPath is not null))];
        _runs = Outcomes.Count * request.Seeds;
        _costs = [.. Outcomes.Select(outcome => Cost(outcome.Plan, runner.Check(outcome.First)))];
        _order = [.. Enumerable.Range(0, Outcomes.Count).OrderByDescending(experiment => _costs[experiment])];
        _active = new RunProgress?[Math.Min(request.Threads, _runs)];
    }

    /// <summary>What trains.</summary>
    public IEngine Engine { get; }

    /// <summary>In order of registration; filled while the sweep runs.</summary>
    public IReadOnlyList<ExperimentOutcome> Outcomes { get; }

    /// <summary>Called, by the thread that ran it, when an experiment's last run ends.</summary>
    public Action<ExperimentOutcome>? ExperimentEnded { get; set; }

    /// <summary>What each thread is running now.</summary>
    public IReadOnlyList<RunProgress> Active => [.. _active.OfType<RunProgress>()];

    /// <summary>
    /// How much of the work is done, 0 to 1: by estimated costs, for the time left alone.
    /// </summary>
    public double Done
    {
        get
        {
            double done = 0, all = 0;
            IReadOnlyList<RunProgress> active = Active;
            for (int i = 0; i < Outcomes.Count; i++)
            {
                double epochs = Math.Max(1, Outcomes[i].Plan.Training.Epochs);
                double runs = Outcomes[i].Ended + active.Where(run => run.Experiment == i).Sum(run => run.Epoch / epochs);
                all += _costs[i] * Outcomes[i].Seeds;
                done += _costs[i] * Math.Min(runs, Outcomes[i].Seeds);
            }

            return done / all;
        }
    }

    /// <summary>Runs everything, or until cancelled: then runs in progress are dropped and finished ones stay.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(Enumerable.Range(0, _active.Length).Select(worker =>
        Task.Factory.StartNew(() => Work(worker, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    // In updates of one parameter. A batch has a fixed cost, updates every parameter once and uses it once for each row and
    // time step, at a fifth of an update's price: proportions as measured with the built-in engine.
    private static double Cost(ExperimentPlan plan, long parameters)
    {
        const double Fixed = 2000, Use = 0.2;
        double samples = plan.Data.Samples, batches = Math.Ceiling(samples / plan.Training.BatchSize);
        return Math.Max(1, plan.Training.Epochs) * (batches * (Fixed + parameters) + samples * plan.Data.Input.TimeSteps * Use * parameters);
    }

    private void Work(int worker, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            int run = Interlocked.Increment(ref _next);
            if (run >= _runs) break;
            if (!Run(worker, _order[run / _request.Seeds], run % _request.Seeds, cancellation)) break;
        }

        Volatile.Write(ref _active[worker], null);
    }

    // Where there are fewer runs than threads, each run's training gets a share of those left over.
    private ExperimentRun Spread(ExperimentRun run)
    {
        int share = Math.Max(run.Plan.Training.Threads, _request.Threads / _runs);
        return run with { Plan = run.Plan with { Training = run.Plan.Training with { Threads = share } } };
    }

    private bool Run(int worker, int experiment, int index, CancellationToken cancellation)
    {
        ExperimentOutcome outcome = Outcomes[experiment];
        int seed = outcome.SeedAt(index), ended;
        RunProgress progress = new(experiment, seed);
        Volatile.Write(ref _active[worker], progress);
        try
        {
            ExperimentRun run = Spread(outcome.Experiment.Prepare(seed, _request.Settings, Engine));
            ended = outcome.End(index, _runner.Run(run, progress, cancellation), null);
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
