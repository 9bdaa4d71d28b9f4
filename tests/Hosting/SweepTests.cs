using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Sweeps;
using Research.Framework.Training;
using Spectre.Console;

namespace Research.Framework.Hosting.Tests;

public sealed class SweepTests
{
    private static Sweep Over(IExperimentRunner runner, RunRequest request)
    {
        ServiceCollection services = new();
        services.AddCell("lstm", units => new FakeCell("lstm", units)).AddExperiment<OneChar>().AddExperiment<TimeSteps>();
        ExperimentCatalog catalog = new(services.BuildServiceProvider());
        return new Sweep(runner, new FakeEngine(), catalog.Experiments(catalog.Cell(null)), request);
    }

    private static string Text(Sweep sweep, TimeSpan elapsed, CancellationToken cancellation = default)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        new HostConsole(writer, TextWriter.Null).Tables.Write(SweepDisplay.Render(sweep, elapsed, cancellation));
        return writer.ToString();
    }

    [Test]
    public async Task Display_ShowsSeedEpochLossAndTimeLeft()
    {
        // Four runs of equal cost; in the third, half of the epochs are over: 5/8 after 50 s leaves 30 s.
        string shown = "";
        Sweep sweep = null!;
        Halfway runner = new(() => shown = Text(sweep, TimeSpan.FromSeconds(50)), "time-steps", seed: 7);
        sweep = Over(runner, new RunRequest { FirstSeed = 7, Seeds = 2 });
        await sweep.RunAsync(CancellationToken.None);

        string[] lines = [.. shown.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.That(lines, Is.EqualTo(["experiment done seed epoch loss", "one-char 2/2", "time-steps 0/2 7 5/10 1.2500", "62 % in 0:50, 0:30 left", ""]));
        Assert.That(sweep.Done, Is.EqualTo(1));
        Assert.That(sweep.Active, Is.Empty);
    }

    [Test]
    public void Display_BeforeAnythingIsDone_DoesNotGuess() =>
        Assert.That(Text(Over(new FakeRunner(), new RunRequest()), TimeSpan.FromHours(2)), Does.Contain("0 % in 2:00:00, time left unknown yet"));

    [Test]
    public void Display_WhenInterrupted_SaysSo() =>
        Assert.That(Text(Over(new FakeRunner(), new RunRequest()), TimeSpan.Zero, new CancellationToken(canceled: true)), Does.Contain("stopping"));

    [Test]
    public async Task LongestFirst_AndResultsInOrderOfRegistration()
    {
        List<string> ran = [];
        FakeRunner runner = new((experiment, seed, _) => ran.Add(FormattableString.Invariant($"{experiment} {seed}")));
        ServiceCollection services = new();
        services.AddCell("lstm", units => new FakeCell("lstm", units)).AddExperiment<OneChar>().AddExperiment<Long>().AddExperiment<TimeSteps>();
        ExperimentCatalog catalog = new(services.BuildServiceProvider());
        Sweep sweep = new(runner, new FakeEngine(), catalog.Experiments(catalog.Cell(null)), new RunRequest { Seeds = 2 });
        await sweep.RunAsync(CancellationToken.None);
        Assert.That(ran, Is.EqualTo(["long 1", "long 2", "one-char 1", "one-char 2", "time-steps 1", "time-steps 2"]));
        Assert.That(sweep.Outcomes.Select(outcome => outcome.Name), Is.EqualTo(["one-char", "long", "time-steps"]));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task ManySeeds_KeepWhatReportsSay(bool json)
    {
        List<WeakReference> data = [];
        RunRequest request = new() { Seeds = 5, JsonPath = json ? "results.json" : null };
        Sweep sweep = Over(new Scoring(run => data.Add(new(run.Plan.Data))), request);
        await sweep.RunAsync(CancellationToken.None);

        ExperimentOutcome outcome = sweep.Outcomes[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(outcome.Shown!.Seed, Is.EqualTo(1));
            Assert.That(outcome.Shown.Plan, Is.SameAs(outcome.Plan));
            Assert.That(outcome.Shown.Outputs.Select(output => output.Values), Is.All.Empty);
            Assert.That(outcome.Shown.Predictions, Has.Count.EqualTo(4));
            Assert.That(outcome.Finished.Select(run => run.Metrics.Count), Is.EqualTo((int[])[2, 2, 2, 2, 2]));
            Assert.That(outcome.Finished.Select(run => run.Result?.Plan), json ? Is.All.SameAs(outcome.Plan) : Is.All.Null);
        }

        for (int i = 0; i < 5; i++) outcome.Store(i, new StoredRun(0, 1));
        Assert.That(outcome.Finished.Select(run => run.Result), Is.All.Null, "stored, so not kept");

        GC.Collect();
        Assert.That(data.Count(reference => reference.IsAlive), Is.LessThan(data.Count / 2), "datasets kept");
        GC.KeepAlive(sweep);
    }

    private sealed class Long(ICellFactory cells) : FakeExperiment("long", cells)
    {
        public override ExperimentPlan Plan(Seeds seeds) => base.Plan(seeds) with { Training = new() { Epochs = 11, BatchSize = 1, Shuffle = false } };
    }

    /// <summary>Tells of each run, and yields scores.</summary>
    private sealed class Scoring(Action<ExperimentRun> told) : IExperimentRunner
    {
        private readonly FakeRunner _result = new();

        public long Check(ExperimentRun run) => _result.Check(run);

        public ExperimentResult Run(ExperimentRun run, ITrainingObserver? observer, CancellationToken cancellation)
        {
            told(run);
            ExperimentResult result = _result.Run(run, observer, cancellation);
            return result with { Outputs = [result.Outputs[0] with { Values = [1, 2, 3] }] };
        }
    }

    /// <summary>Calls back when one run has done 5 of its 10 epochs.</summary>
    private sealed class Halfway(Action act, string experiment, int seed) : IExperimentRunner
    {
        private readonly FakeRunner _result = new();

        public long Check(ExperimentRun run) => _result.Check(run);

        public ExperimentResult Run(ExperimentRun run, ITrainingObserver? observer, CancellationToken cancellation)
        {
            observer?.EpochEnded(FakeRunner.EndOf(run, epoch: 5, loss: 1.25));
            if (run.Experiment == experiment && run.Seed == seed) act();
            return _result.Run(run, observer, cancellation);
        }
    }
}
