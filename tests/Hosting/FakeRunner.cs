using System.Globalization;
using Research.Framework.Experiments;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests;

/// <summary>A run whose result is a function of experiment, seed and plan, and of nothing else.</summary>
internal sealed class FakeRunner(Action<string, int, CancellationToken>? before = null) : IExperimentRunner
{
    public int ThreadsOfLastRun { get; private set; }

    /// <summary>How many epochs a seed's training had before it stopped early; null for one that did not.</summary>
    public Func<int, int?> StoppedAfter { get; init; } = _ => null;

    public IReadOnlyList<LabelledPrediction> Predictions { get; init; } = [new("A", "B", "B"), new("B", "C", "C"), new("C", "D", "E"), new("D", "E", "E")];

    // The plan's check is the framework's own, over the fake engine.
    public long Check(ExperimentRun run) => new ExperimentRunner(TimeProvider.System).Check(run);

    public static EpochEnd EndOf(ExperimentRun run, int epoch, double loss) => new()
    {
        Epoch = epoch,
        Epochs = run.Plan.Training.Epochs,
        Steps = epoch,
        Loss = loss,
        Model = run.Engine.Compile(run.Plan.Model.Graph(run.Plan.Data), run.Plan.Training.Objective, new Seeds(run.Seed)),
    };

    public ExperimentResult Run(ExperimentRun run, ITrainingObserver? observer, CancellationToken cancellation)
    {
        (string experiment, int seed, ExperimentPlan plan) = (run.Experiment, run.Seed, run.Plan);
        cancellation.ThrowIfCancellationRequested();
        ThreadsOfLastRun = plan.Training.Threads;
        before?.Invoke(experiment, seed, cancellation);
        observer?.EpochEnded(EndOf(run, plan.Training.Epochs, 0.5));
        return new ExperimentResult
        {
            Experiment = experiment,
            Cell = run.Cell,
            Engine = run.Engine.Name,
            Seed = seed,
            Plan = plan,
            ParameterCount = 400,
            Metrics = [new("accuracy", 0.75 + 0.05 * (seed % 3)), new("cross_entropy", seed == 99 ? double.NaN : 1.5 + experiment.Length)],
            Outputs = [new() { Name = "output", Predictions = Predictions }],
            Generated = [new("A", "BCDE")],
            EpochLosses = StoppedAfter(seed) is { } epochs ? new double[epochs] : [2, 1, 0.5],
            StoppedEarly = StoppedAfter(seed) is not null,
            Curves = [new("training/loss", [2, 1, 0.5])],
            Steps = plan.Training.Epochs * 4L,
            Seconds = 0.25,
            Fingerprint = seed.ToString("x16", CultureInfo.InvariantCulture),
        };
    }
}
