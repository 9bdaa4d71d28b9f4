using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests;

public sealed class CommandLineTests
{
    [Test]
    public async Task List_ShowsNamesAndSummariesInOrderOfRegistration()
    {
        CommandLineRun run = await CommandLineRun.Of("list");
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Is.EqualTo(
            """
            one-char           What one-char shows.
            time-steps         What time-steps shows.
            stateful-one-char  What stateful-one-char shows.

            """.ReplaceLineEndings("\n")));
        Assert.That(run.Error, Is.Empty);
    }

    [Test]
    public async Task Cells_ShowsSortedNames_LaterRegistrationOfANameReplaces()
    {
        CommandLineRun run = await CommandLineRun.Of(["cells"], more: services => services.AddCell("lstm", units => new FakeCell("mine", units)));
        Assert.That(run.Output, Is.EqualTo("gru\nlstm\n"));
        CommandLineRun show = await CommandLineRun.Of(["show", "one-char"], more: services => services.AddCell("lstm", units => new FakeCell("mine", units)));
        Assert.That(show.Output, Does.Contain("mine_1"));
    }

    [TestCase("naive", "Unknown command 'naive'. Known: run, show, list, cells, engines, --help. An experiment is run with: run naive.")]
    [TestCase("lsit", "Unknown command 'lsit'; did you mean 'list'? Known: run, show, list, cells, engines, --help.")]
    [TestCase("run", "run: expected the name of an experiment; 'list' shows them.")]
    [TestCase("show", "show: expected the name of an experiment; 'list' shows them.")]
    [TestCase("show one-char time-steps", "'show' does not take 'time-steps'; see show --help.")]
    [TestCase("show *-char", "show: expected one experiment, got '*-char', which matches one-char, stateful-one-char.")]
    [TestCase("run one-chra", "Unknown experiment 'one-chra'; did you mean 'one-char'? Known: one-char, time-steps, stateful-one-char.")]
    [TestCase("run one-char x*y", "Unknown experiment 'x*y'. Known: one-char, time-steps, stateful-one-char.")]
    [TestCase("run one-char --cell gur", "Unknown cell 'gur'; did you mean 'gru'? Known: gru, lstm.")]
    [TestCase("run one-char --sed 3", "Unknown option '--sed'; did you mean '--seed'? Known: --cell, --engine, --device, --seed, --seeds, --set, --threads, --json, --quiet, --help.")]
    [TestCase("list --al", "Unknown option '--al'. Known: --help.")]
    [TestCase("--seeds 0", "--seeds: expected a whole number from 1 to 100000, got '0'.")]
    [TestCase("--seeds many", "--seeds: expected a whole number from 1 to 100000, got 'many'.")]
    [TestCase("--seed 1.5", "--seed: expected a whole number from -2147483648 to 2147483647, got '1.5'.")]
    [TestCase("--seed 2147483647 --seeds 2", "--seed: expected at most 2147483646 for 2 seeds, got 2147483647.")]
    [TestCase("--threads 0", "--threads: expected a whole number from 1 to 1024, got '0'.")]
    [TestCase("--seed 1 --seed 2", "Option '--seed' expects a single argument but 2 were provided.")]
    [TestCase("--cell", "Required argument missing for option: '--cell'.")]
    [TestCase("--cell gru --cell", "Required argument missing for option: '--cell'.")]
    [TestCase("run one-char --cell gru --cell", "Required argument missing for option: '--cell'.")]
    [TestCase("run one-char --seeds 2 --seeds", "Required argument missing for option: '--seeds'.")]
    [TestCase("run one-char --set training.epochs=2 --set", "Required argument missing for option: '--set'.")]
    [TestCase("show one-char --set training.epochs=2 --set", "Required argument missing for option: '--set'.")]
    [TestCase("--seeds 3 run one-char", "'--seeds' stands before 'run' and would not count; write run one-char --seeds 3.")]
    [TestCase("--cell run run one-char", "'--cell' stands before 'run' and would not count; write run one-char --cell run.")]
    [TestCase("--set training.epochs=1 --cell gru run *-char", "'--set' stands before 'run' and would not count; write run '*-char' --set training.epochs=1 --cell gru.")]
    [TestCase("--cell=gru show one-char", "'--cell' stands before 'show' and would not count; write show one-char --cell gru.")]
    [TestCase("--quiet run one-char --seeds 2", "'--quiet' stands before 'run' and would not count; write run one-char --seeds 2 --quiet.")]
    [TestCase("--cell nope list", "'list' does not take '--cell'; see list --help.")]
    [TestCase("--seeds 3 show one-char", "'show' does not take '--seeds'; see show --help.")]
    [TestCase("run one-char --set training.epochs=-1", "Settings of one-char: Setting 'training.epochs': expected a whole number, 0 or more, got '-1'.")]
    [TestCase("run one-char --set training.optimizer=adm", "Settings of one-char: Setting 'training.optimizer.name': expected one of adam, adamw, sgd, rmsprop, got 'adm'; did you mean 'adam'?")]
    [TestCase("run one-char --set epochs", "Settings of one-char: Setting 'epochs': expected the form path=value, e.g. training.epochs=50.")]
    [TestCase(
        "run one-char --set state=never --set training.shuffle=true",
        "Experiment 'one-char' cannot be run: state 'never' carries state from batch to batch, but training shuffles: a row's state would be handed to an unrelated sample. Set training.shuffle=false or state=stateless.")]
    [TestCase(
        "run time-steps one-char --set model.layers.1.units=4",
        "Experiment 'one-char' cannot be run: the model yields [1, 4] for each sample, the data's targets are [1, 5] ('ABCD'). Change the last layer's units, or whether the last recurrent layer returns sequences.")]
    [TestCase(
        "run one-char --set training.loss=mean_squared_error",
        "Experiment 'one-char' cannot be run: The loss 'mean_squared_error' needs real-valued targets; 'ABCD' has classes. For classes choose 'categorical_crossentropy'.")]
    [TestCase("run one-char --set probes.0.prompt=?", "Experiment 'one-char' cannot be run: probe '4 from ?': Unknown symbol '?'.")]
    public async Task WrongInput_OneLineAndExitCode2(string line, string message)
    {
        CommandLineRun run = await CommandLineRun.Of(line);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Is.EqualTo(message + "\n"));
        Assert.That(run.Output, Is.Empty);
    }

    [Test]
    public async Task WrongPlanPath_SuggestsTheNearest()
    {
        CommandLineRun run = await CommandLineRun.Of("run one-char --set training.epoch=5");
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith("Settings of one-char: Unknown setting 'training.epoch'; did you mean 'training.epochs'?\n"));
        Assert.That(run.Error.Count(letter => letter == '\n'), Is.EqualTo(1));
    }

    [TestCase("run one-char --set training.earlier_batches=2 --set state=stateless")]
    [TestCase("show one-char --set training.earlier_batches=2 --set state=stateless")]
    public async Task Warning_IsOneLine_AndDoesNotRefuse(string line)
    {
        CommandLineRun run = await CommandLineRun.Of(line);
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Is.Not.Empty);
        Assert.That(run.Error.Split('\n').Where(text => text.StartsWith("Warning", StringComparison.Ordinal)), Is.EqualTo((string[])
            ["Warning, one-char: training: earlier batches: the state 'stateless' is not carried from batch to batch, so that they make no difference; set another state, or 0."]));
    }

    [Test]
    public async Task ExperimentsOwnSettings_AreShownFirst_AndSet()
    {
        CommandLineRun run = await CommandLineRun.Of(["show", "adjustable", "--set", "window=3", "--set", "training.epochs=4"], more: services => services.AddExperiment<Adjustable>());
        string[] lines = run.Output.Split('\n');
        int first = Array.FindIndex(lines, line => line.StartsWith("Plan (", StringComparison.Ordinal)) + 1;
        Assert.That(lines[first], Does.Match("^  window +3 +a whole number$"));
        Assert.That(lines.Single(line => line.Contains("training.epochs", StringComparison.Ordinal)), Does.Match(" 4 "));
        run = await CommandLineRun.Of(["show", "adjustable", "--set", "windw=3"], more: services => services.AddExperiment<Adjustable>());
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith("Settings of adjustable: Unknown setting 'windw'; did you mean 'window'?\n"));
    }

    [Test]
    public async Task TwoExperimentsOfOneName_Refused()
    {
        CommandLineRun run = await CommandLineRun.Of(["list"], more: services => services.AddExperiment<AgainOneChar>());
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Is.EqualTo("Two experiments are called 'one-char'; give one of them another name.\n"));
    }

    [Test]
    public async Task MissingService_NamedInOneLine()
    {
        CommandLineRun run = await CommandLineRun.Of(["list"], more: services => services.AddExperiment<Lonely>());
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("IFormatProvider").And.EndWith("Register what its constructor asks for.\n"));
    }

    [Test]
    public async Task ObserverThatCannotBeCreated_IsRefusedBeforeAnythingRuns()
    {
        CommandLineRun run = await CommandLineRun.Of(
            ["run", "one-char", "--engine", "managed"],
            new ExperimentRunner(TimeProvider.System, new ServiceCollection().AddObserver<LonelyObserver>().BuildServiceProvider()),
            services => services.AddEngine<ManagedEngine>().AddResearchCells());
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Is.EqualTo("Observer LonelyObserver cannot be created: its constructor asks for IFormatProvider, which is not registered; add it with services.AddSingleton(...).\n"));
        Assert.That(run.Output, Is.Empty);
    }

    [Test]
    public async Task SharedObserverThatCannotBeCreated_IsRefusedBeforeAnythingRuns()
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char"], more: services => services.AddSingleton<ITrainingObserver, LonelyObserver>());
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("ExperimentRun").And.Contain("LonelyObserver").And.EndWith("Register what its constructor asks for.\n"));
        Assert.That(run.Error.Count(letter => letter == '\n'), Is.EqualTo(1));
    }

    [Test]
    public async Task Help_HasExamples()
    {
        CommandLineRun run = await CommandLineRun.Of("--help");
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("Examples:").And.Contain("--set training.epochs=50"));
        Assert.That((await CommandLineRun.Of("help")).Output, Is.EqualTo(run.Output));
        CommandLineRun verb = await CommandLineRun.Of("run --help");
        Assert.That((await CommandLineRun.Of("help run")).Output, Is.EqualTo(verb.Output));
        Assert.That(verb.ExitCode, Is.Zero);
        Assert.That(verb.Output, Does.Contain("--json <FILE>").And.Not.Contain("Examples:"));
    }

    [Test]
    public async Task Show_PrintsPlanWeightsAndStateWithoutRunning()
    {
        FakeRunner runner = new((_, _, _) => throw new AssertionException("show must not run"));
        CommandLineRun run = await CommandLineRun.Of(["show", "one-char", "--cell", "gru", "--set", "training.epochs=50", "--seed", "7"], runner);
        Assert.That(run.ExitCode, Is.Zero);
        string[] lines = run.Output.Split('\n');
        Assert.That(lines[2], Is.EqualTo("cell gru, engine fake, seed 7"));
        Assert.That(lines.Single(line => line.Contains("training.epochs", StringComparison.Ordinal)), Does.Match("^  training.epochs +50 +a whole number, 0 or more$"));
        Assert.That(lines.Single(line => line.Contains("model.layers.0.units", StringComparison.Ordinal)), Does.Match(" 8 +a whole number, 1 or more$"));
        Assert.That(lines, Has.Member("Weights: 45 parameters"));
        Assert.That(lines.Single(line => line.Contains("dense_1/kernel", StringComparison.Ordinal)), Does.Match(@"\[8, 5\] +40 +glorot_uniform$"));
        Assert.That(lines, Has.Member("State, for each row of a batch (reset-each-epoch)"));
        Assert.That(lines, Has.Member("  gru_1  hidden[8], cell[8]"));
    }

    /// <summary>Asks for what a host does not have.</summary>
    private sealed class LonelyObserver(ExperimentRun run, IFormatProvider format) : ITrainingObserver
    {
        public void EpochEnded(EpochEnd epoch) => throw new AssertionException(run.Experiment + format);
    }

    [Test]
    public async Task Show_OfAPlanThatRunWouldRefuse_PrintsItAndSaysSo()
    {
        string[] settings = ["one-char", "--set", "training.shuffle=true"];
        CommandLineRun show = await CommandLineRun.Of(["show", .. settings], new FakeRunner()), run = await CommandLineRun.Of(["run", .. settings], new FakeRunner());
        Assert.That(show.ExitCode, Is.EqualTo(2));
        Assert.That(show.Output, Does.Match("training.shuffle +true"));
        Assert.That(show.Error, Does.Contain("cannot be run").And.EqualTo(run.Error));
    }
}
