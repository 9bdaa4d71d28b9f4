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
    private readonly TimeProvider _time;
    private readonly Lock _ending = new();
    private UserCodeException? _firstFailure;
    private int _next = -1;
    private long _collectedAt;
    private bool _closed;

    /// <exception cref="ResearchException">A plan cannot be run, or code of a user's threw for every one of them; nothing has been run.</exception>
    public Sweep(IExperimentRunner runner, IEngine engine, IReadOnlyList<CatalogExperiment> experiments, RunRequest request, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _runner = runner;
        _request = request;
        Engine = engine;
        _costs = new double[experiments.Count];
        Outcomes = [.. experiments.Select(Prepare)];
        if (_firstFailure is not null && Outcomes.All(outcome => outcome.First is null)) throw _firstFailure;
        _runs = Outcomes.Count * request.Seeds;
        _order = [.. Enumerable.Range(0, Outcomes.Count).OrderByDescending(experiment => _costs[experiment])];
        _active = new RunProgress?[Math.Min(request.Threads, _runs)];
    }

    /// <summary>What trains.</summary>
    public IEngine Engine { get; }

    /// <summary>In order of registration; filled while the sweep runs.</summary>
    public IReadOnlyList<ExperimentOutcome> Outcomes { get; }

    /// <summary>Whether every run has ended, well or not.</summary>
    public bool IsOver => Outcomes.All(outcome => outcome.Ended == outcome.Seeds);

    /// <summary>Called with an experiment and the run's index, by the thread that ran it, when a run has ended and before the thread begins another.</summary>
    public Action<ExperimentOutcome, int>? RunEnded { get; set; }

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
                double epochs = Math.Max(1, Outcomes[i].Plan?.Training.Epochs ?? 1);
                double runs = Outcomes[i].Ended + active.Where(run => run.Experiment == i).Sum(run => run.Epoch / epochs);
                all += _costs[i] * Outcomes[i].Seeds;
                done += _costs[i] * Math.Min(runs, Outcomes[i].Seeds);
            }

            return done / all;
        }
    }

    /// <summary>
    /// Runs everything, or until cancelled: then runs in progress are dropped and finished ones stay. A run that does not stop then
    /// is left behind with its thread, and nothing comes of it.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Task all = Task.WhenAll(Enumerable.Range(0, _active.Length).Select(worker =>
            Task.Factory.StartNew(() => Work(worker, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        await Patience.WaitAsync(all, _time, cancellation).ConfigureAwait(false);
        lock (_ending) _closed = true;
        if (all.IsCompleted) await all.ConfigureAwait(false);
    }

    // An experiment whose code throws fails its own runs, when they come; the others are run.
    private ExperimentOutcome Prepare(CatalogExperiment experiment, int index)
    {
        ExperimentRun? first = null;
        try
        {
            ExperimentRun run = experiment.Prepare(_request.FirstSeed, _request.Settings, Engine);
            _costs[index] = Cost(run.Plan, _runner.Check(run));
            first = run;
        }
        catch (UserCodeException exception)
        {
            _costs[index] = 1;
            _firstFailure ??= exception;
        }

        return new ExperimentOutcome(experiment, first, _request.FirstSeed, _request.Seeds, keepsResults: _request.JsonPath is not null);
    }

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
            LetGo();
        }

        Volatile.Write(ref _active[worker], null);
    }

    // A run's data are in a few large arrays, which the collector by itself leaves lying until there are as many again as are in use:
    // many seeds would take twice the memory of one. Small runs leave too little to look for.
    private void LetGo()
    {
        const long Worth = 16 << 20;
        long allocated = GC.GetTotalAllocatedBytes(), before = Interlocked.Read(ref _collectedAt);
        if (allocated - before < Worth || Interlocked.CompareExchange(ref _collectedAt, allocated, before) != before) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
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
        ExperimentResult? result = null;
        Exception? failure = null;
        RunProgress progress = new(experiment, seed);
        Volatile.Write(ref _active[worker], progress);
        try
        {
            ExperimentRun run = Spread(outcome.Experiment.Prepare(seed, _request.Settings, Engine));
            result = _runner.Run(run, progress, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception)
        {
            // Whatever a user's cell or experiment throws fails its own run and no other; it is reported.
            failure = exception;
        }

        lock (_ending)
        {
            if (_closed) return false; // nobody waits for it any more, and the report may be under way
            ended = outcome.End(index, result, failure);
        }

        RunEnded?.Invoke(outcome, index);

        // The run is counted as ended: its progress must not count on top.
        Volatile.Write(ref _active[worker], null);
        if (ended == outcome.Seeds) ExperimentEnded?.Invoke(outcome);
        return true;
    }
}
