using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests;

/// <summary>Code that an experiment brings along and that throws: named, in one line, and no reason to lose other runs.</summary>
public sealed class UserCodeTests
{
    private const string Here = nameof(UserCodeTests) + ".cs, line ";

    [Test]
    public async Task PlanThatThrows_IsRefusedInOneLine()
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "broken-plan"], more: services => services.AddExperiment<BrokenPlan>());
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith("Experiment 'broken-plan' cannot be run: NullReferenceException: ").And.Contain(Here));
        Assert.That(run.Error.Count(letter => letter == '\n'), Is.EqualTo(1));
        Assert.That(run.Output, Is.Empty, "refused before anything runs");
        Assert.That((await CommandLineRun.Of(["run", "one-char"], more: services => services.AddExperiment<BrokenPlan>())).ExitCode, Is.Zero);
    }

    [Test]
    public async Task PlanThatThrowsForALaterSeed_FailsThatRunAndShowsWhere()
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "second-seed", "--seeds", "3", "--quiet"], more: services => services.AddExperiment<SecondSeed>());
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith("second-seed, seed 2 failed: Experiment 'second-seed' cannot be run: InvalidCastException: not two").And.Contain(nameof(SecondSeed.Plan)));
        Assert.That(run.Output, Does.Match("one-char +3 ").And.Match("second-seed +2 "));
    }

    [Test]
    public async Task ConstructorThatThrows_IsRefusedWithItsClass()
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char"], more: services => services.AddExperiment<BrokenConstructor>());
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith("Experiment BrokenConstructor cannot be created: InvalidOperationException: no such thing (" + Here));
    }

    [TestCase("run")]
    [TestCase("show")]
    public async Task CellThatThrows_IsRefusedInOneLine(string verb)
    {
        CommandLineRun run = await CommandLineRun.Of([verb, "one-char", "--engine", "managed", "--cell", "broken"], more: services => services
            .AddEngine<ManagedEngine>()
            .AddCell("broken", units => new FunctionCell("broken", [new("h", units)], (_, _, _) => throw new InvalidCastException("oops"))));
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith("Experiment 'one-char' cannot be run: InvalidCastException: oops (" + Here));
        Assert.That(run.Error.Count(letter => letter == '\n'), Is.EqualTo(1));
    }

    [Test]
    public void MetricThatThrows_IsNamed() => Assert.That(
        () => Run([Metric.Of("lift", predictions => predictions.Values[0] == 1f / 5 ? 0 : throw new InvalidCastException("oops"))]),
        Throws.TypeOf<UserCodeException>().With.Message.StartsWith("metric 'lift': InvalidCastException: oops (" + Here)
            .And.InnerException.TypeOf<InvalidCastException>());

    [Test]
    public void ObserverThatThrows_IsNamed() => Assert.That(
        () => Run([], new BrokenObserver()),
        Throws.TypeOf<UserCodeException>().With.Message.StartsWith("observer 'BrokenObserver': InvalidCastException: oops (" + Here));

    [Test]
    public async Task FailedByABug_ShowsTheBugsTrace()
    {
        FakeRunner runner = new((_, _, _) => throw new UserCodeException("metric 'lift'", Thrown()));
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--quiet"], runner);
        Assert.That(run.Error, Does.StartWith("one-char, seed 1 failed: metric 'lift': InvalidCastException: oops").And.Contain("at Research.").And.Contain(nameof(Thrown)));
    }

    private static InvalidCastException Thrown()
    {
        try
        {
            throw new InvalidCastException("oops");
        }
        catch (InvalidCastException exception)
        {
            return exception;
        }
    }

    private static ExperimentResult Run(IReadOnlyList<IMetric> metrics, ITrainingObserver? observer = null)
    {
        ICellFactory cells = new CellRegistration("lstm", units => new LstmCell(units)).AsFactory();
        ExperimentPlan plan = new OneChar(cells).Plan(new Seeds(1)) with { Metrics = metrics, Probes = [] };
        return new ExperimentRunner(TimeProvider.System)
            .Run(new() { Experiment = "test", Cell = "lstm", Engine = new ManagedEngine(), Plan = plan, Seed = 1 }, observer);
    }

    private sealed class BrokenObserver : ITrainingObserver
    {
        public void EpochEnded(EpochEnd epoch) => throw new InvalidCastException("oops");
    }

    private sealed class BrokenPlan : IExperiment
    {
        public string Name => "broken-plan";

        public ExperimentPlan Plan(Seeds seeds)
        {
            string? missing = seeds.Root == int.MinValue ? "" : null;
            return new() { Data = null!, Model = Model.Of(Layers.Dense(missing!.Length)) };
        }
    }

    private sealed class SecondSeed(ICellFactory cells) : FakeExperiment("second-seed", cells)
    {
        public override ExperimentPlan Plan(Seeds seeds) => seeds.Root == 2 ? throw new InvalidCastException("not two") : base.Plan(seeds);
    }

    private sealed class BrokenConstructor : IExperiment
    {
        public BrokenConstructor() => throw new InvalidOperationException("no such thing");

        public string Name => "broken-constructor";

        public ExperimentPlan Plan(Seeds seeds) => throw new AssertionException("It cannot even be made.");
    }
}
