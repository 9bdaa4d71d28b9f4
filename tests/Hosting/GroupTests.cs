using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Equations;
using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Tests;

/// <summary>Groups of experiments: how they are listed, and what runs where none is named.</summary>
public sealed class GroupTests
{
    [Test]
    public async Task List_HasAHeadingForEachGroup_OthersLast()
    {
        CommandLineRun run = await CommandLineRun.Of(["list"], more: services => services
            .AddExperimentGroup("Numbers", group => group.AddExperiment<OneChar>("one"), isDefault: true)
            .AddExperimentGroup("Words", group => group.AddExperiment<OneChar>("a-word"))
            .AddExperimentGroup("Numbers", group => group.AddExperiment<OneChar>("two")));
        Assert.That(run.Output, Is.EqualTo(
            """
            Numbers (run without a command)
              one                What one-char shows.
              two                What one-char shows.

            Words
              a-word             What one-char shows.

            Others
              one-char           What one-char shows.
              time-steps         What time-steps shows.
              stateful-one-char  What stateful-one-char shows.

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public async Task WithoutAVerb_TheDefaultGroupRunsAlone()
    {
        CommandLineRun run = await CommandLineRun.Of(["--seeds", "1", "--quiet"], more: services => services
            .AddExperimentGroup("Later", group => group.AddExperiment<OneChar>("later"))
            .AddExperimentGroup("First", group => group.AddExperiment<OneChar>("first").AddExperiment<OneChar>("second"), isDefault: true));
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("first").And.Contain("second").And.Not.Contain("later").And.Not.Contain("one-char"));
        run = await CommandLineRun.Of(["run", "later", "--quiet"], more: services => services.AddExperimentGroup("Later", group => group.AddExperiment<OneChar>("later")));
        Assert.That(run.Output, Does.Contain("later"));
    }

    [Test]
    public void WithoutADefaultGroup_AllRun()
    {
        IReadOnlyList<CatalogExperiment> all = Experiments(services => services
            .AddExperiment<OneChar>()
            .AddExperimentGroup("Words", group => group.AddExperiment<OneChar>("word")));
        Assert.That(ExperimentCatalog.Default(all), Is.EqualTo(all));
        Assert.That(all.Select(experiment => experiment.Group?.Name), Is.EqualTo(new[] { null, "Words" }));
    }

    [Test]
    public void AGroupWithinAGroup_KeepsItsExperiments()
    {
        IReadOnlyList<CatalogExperiment> all = Experiments(services => services.AddExperimentGroup("Outer", outer => outer
            .AddExperiment<OneChar>("a")
            .AddExperimentGroup("Inner", inner => inner.AddExperiment<OneChar>("b"))));
        Assert.That(all.Select(experiment => experiment.Group?.Name), Is.EqualTo(new[] { "Outer", "Inner" }));
        Assert.That(() => new ServiceCollection().AddExperimentGroup(" ", group => group), Throws.TypeOf<ResearchException>().With.Message.Contains("expected a name"));
    }

    [Test]
    public async Task Show_HasTheDescription_InLinesOfAtMostAHundredSigns()
    {
        CommandLineRun run = await CommandLineRun.Of(["show", "talkative"], more: services => services.AddExperiment<Talkative>());
        string[] lines = run.Output.Split('\n');
        int plan = Array.FindIndex(lines, line => line.StartsWith("Plan (", StringComparison.Ordinal));
        string[] paragraph = lines[4..(plan - 1)];
        Assert.That(string.Join(' ', paragraph), Is.EqualTo(Talkative.Words));
        Assert.That(paragraph, Has.Length.EqualTo(3).And.All.Length.AtMost(100));
    }

    private static IReadOnlyList<CatalogExperiment> Experiments(Func<IServiceCollection, IServiceCollection> add) =>
        new ExperimentCatalog(add(new ServiceCollection()).BuildServiceProvider()).Experiments(new CellRegistration("lstm", units => new FakeCell("lstm", units)).AsFactory());

    private sealed class Talkative(ICellFactory cells) : FakeExperiment("talkative", cells), IExperiment
    {
        public const string Words =
            "A paragraph that says what the experiment teaches is longer than a line, and is broken between words, so that it is read with ease "
            + "in any terminal, however wide it is; and so that nobody has to count the signs of a source file.";

        public string Description => Words;
    }
}
