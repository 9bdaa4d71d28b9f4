using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Experiments;
using Research.Framework.Training;
using Spectre.Console;

namespace Research.Framework.Hosting.Tests;

public sealed class SweepTests
{
    private static Sweep Over(ISeedRunner runner, RunRequest request)
    {
        ServiceCollection services = new();
        services.AddCell("lstm", units => new FakeCell("lstm", units)).AddExperiment<OneChar>().AddExperiment<TimeSteps>();
        ExperimentCatalog catalog = new(services.BuildServiceProvider());
        return new Sweep(runner, catalog.Experiments(catalog.Cell(null)), request);
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

    /// <summary>Calls back when one run has done 5 of its 10 epochs.</summary>
    private sealed class Halfway(Action act, string experiment, int seed) : ISeedRunner
    {
        private readonly FakeRunner _result = new();

        public void Check(string name, Experiments.ExperimentPlan plan, int runSeed) => _result.Check(name, plan, runSeed);

        public Experiments.ExperimentResult Run(
            string name, string cell, Experiments.ExperimentPlan plan, int runSeed, ITrainingObserver observer, CancellationToken cancellation)
        {
            observer.EpochEnded(new EpochProgress(5, 10, 1.25, 20));
            if (name == experiment && runSeed == seed) act();
            return _result.Run(name, cell, plan, runSeed, observer, cancellation);
        }
    }
}
