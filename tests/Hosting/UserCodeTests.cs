using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Plain.Engine;

namespace Research.Framework.Hosting.Tests;

/// <summary>Code that an experiment brings along and that throws: named, in one line, and no reason to lose other runs.</summary>
public sealed class UserCodeTests
{
    private const string Here = nameof(UserCodeTests) + ".cs, line ";

    [Test]
    public async Task PlanThatThrows_FailsItsOwnRuns_AndTheOthersGoOn()
    {
        string json = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        CommandLineRun run = await CommandLineRun.Of(["run", "broken-plan", "one-char", "--seeds", "2", "--json", json], more: services => services.AddExperiment<BrokenPlan>());
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("broken-plan, seeds 1, 2 failed: Experiment 'broken-plan' cannot be run: NullReferenceException: ").And.Contain(Here));
        Assert.That(run.Output, Does.Match("one-char +2 ").And.Match("broken-plan +0 "));
        JsonElement[] written = [.. JsonDocument.Parse(await File.ReadAllBytesAsync(json)).RootElement.EnumerateArray()];
        File.Delete(json);
        Assert.That(written.Select(experiment => experiment.GetProperty("runs").GetArrayLength()), Is.EqualTo((int[])[2, 0]));
        Assert.That(written[1].GetProperty("plan").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(written[1].GetProperty("failures").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task PlanThatThrowsForTheFirstSeed_FailsThatRunAlone()
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "second-seed", "--seed", "2", "--seeds", "3", "one-char"], more: services => services.AddExperiment<SecondSeed>());
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("second-seed, seed 2 failed: "));
        Assert.That(run.Output, Does.Match("one-char +3 ").And.Match("second-seed +2 "));
    }

    [Test]
    public async Task PlanThatThrows_Alone_IsRefusedInOneLine()
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "broken-plan"], more: services => services.AddExperiment<BrokenPlan>());
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
    public async Task ConstructorThatThrows_IsNamed_AndNoConcernOfOthers()
    {
        const string Said = "Experiment BrokenConstructor cannot be created: InvalidOperationException: no such thing (" + Here;
        static void Add(IServiceCollection services) => services.AddExperiment<BrokenConstructor>().AddExperiment<BrokenConstructor>("broken-too");
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char"], more: Add);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        run = await CommandLineRun.Of(["run", "*", "--quiet"], more: Add);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("BrokenConstructor, seed 1 failed: " + Said).And.Contain("broken-too, seed 1 failed: " + Said));
        Assert.That(run.Output, Does.Match("one-char +1 ").And.Match("time-steps +1 "));
        run = await CommandLineRun.Of(["run", "broken-too"], more: Add);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith(Said));
        run = await CommandLineRun.Of(["list"], more: Add);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("one-char"));
        Assert.That(run.Error, Does.StartWith(Said));
    }

    [Test]
    public async Task NameOrSettingThatThrows_IsNamed_AndNoConcernOfOthers()
    {
        static void Add(IServiceCollection services) => services.AddExperiment<BrokenName>().AddExperiment<BrokenSetting>();
        Assert.That((await CommandLineRun.Of(["run", "one-char"], more: Add)).ExitCode, Is.Zero);
        CommandLineRun run = await CommandLineRun.Of(["list"], more: Add);
        Assert.That(run.Error, Does.Contain("Experiment BrokenName cannot be read: InvalidCastException: oops").And.Contain("Experiment BrokenSetting cannot be read: InvalidCastException: oops"));
    }

    [Test]
    public async Task ExceptionWhoseMessageThrows_IsNamedAllTheSame()
    {
        FakeRunner runner = new((_, seed, _) =>
        {
            if (seed == 1) throw new UserCodeException("metric 'lift'", new SpeechlessException());
            if (seed == 2) throw new SpeechlessException();
        });
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--seeds", "3", "--quiet"], runner);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("one-char, seed 1 failed: metric 'lift': SpeechlessException: (its message cannot be read: ")
            .And.Contain("one-char, seed 2 failed: SpeechlessException: (its message cannot be read: "));
        Assert.That(run.Output, Does.Match("one-char +1 "));
    }

    [Test]
    public void ObserverThatThrowsWhenDisposedOf_IsNamed()
    {
        using ServiceProvider services = new ServiceCollection().AddObserver<NeverDone>().BuildServiceProvider();
        Assert.That(() => Run([], services: services), Throws.TypeOf<UserCodeException>().With.Message.StartsWith("observer 'NeverDone': InvalidCastException: oops"));
    }

    [TestCase("run")]
    [TestCase("show")]
    public async Task CellThatThrows_IsRefusedInOneLine(string verb)
    {
        CommandLineRun run = await CommandLineRun.Of([verb, "one-char", "--engine", "managed", "--cell", "broken"], more: services => services
            .AddEngine<ManagedEngine>()
            .AddCell("broken", units => new FunctionCell("broken", [new("h", units)], (_, _, _) => throw new InvalidCastException("oops"))));
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith((verb == "run" ? "Experiment 'one-char' cannot be run: " : "") + "Cell 'broken' of layer 'broken_1': InvalidCastException: oops (" + Here));
        Assert.That(run.Error.Count(letter => letter == '\n'), Is.EqualTo(1));
    }

    private static readonly Dictionary<string, (Func<ExperimentPlan, ExperimentPlan> Change, string Says)> BrokenParts = new()
    {
        ["step"] = (With(Layers.Recurrent(new BrokenCell { StepThrows = true })), "Cell 'broken' of layer 'broken_1'"),
        ["state"] = (With(Layers.Recurrent(new BrokenCell { StateThrows = true })), "Cell 'broken' of layer 'broken_1'"),
        ["cell's name"] = (With(Layers.Recurrent(new BrokenCell { NameThrows = true })), "Layer RecurrentLayer"),
        ["build"] = (With(new BrokenLayer()), "Layer 'broken_1'"),
        ["kind"] = (With(new BrokenLayer { KindThrows = true }), "Layer BrokenLayer"),
        ["build within"] = (With(Layers.Residual(new BrokenLayer())), "Layer 'residual_1/broken_1'"),
        ["function"] = (With(new FunctionLayer("own", (_, _) => throw new InvalidCastException("oops"))), "Layer 'own_1'"),
        ["equations"] = (With(new FunctionLayer("own", (model, flow) => model.Map("", flow, (_, _) => throw new InvalidCastException("oops")))), "Layer 'own_1'"),
        ["activation"] = (With(Layers.Dense(2, new Activation("own", _ => throw new InvalidCastException("oops")))), "Activation 'own'"),
        ["initializer"] = (With(Layers.Recurrent(new LstmCell(2) { KernelInitializer = new BrokenInitializer() }, returnSequences: true)), "Initializer BrokenInitializer of weight 'lstm_1/kernel'"),
        ["initializer's finding"] = (With(Layers.Recurrent(new LstmCell(2) { KernelInitializer = new BrokenInitializer { FindingThrows = true } }, returnSequences: true)), "Initializer BrokenInitializer of weight 'lstm_1/kernel'"),
        ["model"] = (plan => plan with { Model = Model.Build(_ => throw new InvalidCastException("oops")) }, "Model"),
        ["constructor"] = (With(() => Layers.Recurrent(new CellRegistration("own", _ => throw new InvalidCastException("oops")).AsFactory(), 3)), "Cell 'own' of 3 units"),
        ["loss"] = (plan => plan with { Training = plan.Training with { Loss = new FunctionLoss("own", (_, _, _) => throw new InvalidCastException("oops")) } }, "Loss 'own'"),
        ["state policy"] = (plan => plan with { State = StatePolicy.Of("own", true, (_, _) => throw new InvalidCastException("oops")) }, "state 'own'"),
        ["schedule"] = (plan => plan with { Training = plan.Training with { Optimizer = new Adam { Schedule = LearningRateSchedule.Of("own", _ => throw new InvalidCastException("oops")) } } }, "Learning-rate schedule 'own'"),
    };

    private static IEnumerable<string> BrokenNames() => BrokenParts.Keys;

    // Broken for the second seed alone.
    [Test]
    public async Task PartThatThrows_IsNamed_FailsItsOwnRun_AndTheOthersGoOn([ValueSource(nameof(BrokenNames))] string part, [Values("managed", "plain")] string engine)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        (Func<ExperimentPlan, ExperimentPlan> change, string says) = BrokenParts[part];
        HostApplication application = new(new HostConsole(output, error, null), services => services
            .AddResearchCells().AddEngine<PlainEngine>().AddSingleton(change).AddExperiment<SecondSeedBroken>().AddExperiment<SecondSeedWhole>());
        int code = await application.RunAsync(["run", "broken", "whole", "--seeds", "3", "--engine", engine, "--quiet"], CancellationToken.None);
        Assert.That(code, Is.EqualTo(1), error.ToString());
        Assert.That(error.ToString(), Does.StartWith("broken, seed 2 failed: ").And.Contain(says + ": InvalidCastException: oops (" + Here));
        Assert.That(error.ToString().Split('\n').Count(line => line.Contains("failed:", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Match("broken +2 ").And.Match("whole +3 "));
    }

    private static Func<ExperimentPlan, ExperimentPlan> With(Layer layer) => With(() => layer);

    private static Func<ExperimentPlan, ExperimentPlan> With(Func<Layer> layer) => plan => plan with { Model = Model.Of(layer(), Layers.Recurrent(new LstmCell(2)), Layers.Dense(5, Activation.Softmax)) };

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

    private static ExperimentResult Run(IReadOnlyList<IMetric> metrics, ITrainingObserver? observer = null, IServiceProvider? services = null)
    {
        ICellFactory cells = new CellRegistration("lstm", units => new LstmCell(units)).AsFactory();
        ExperimentPlan plan = new OneChar(cells).Plan(new Seeds(1)) with { Metrics = metrics, Probes = [] };
        return new ExperimentRunner(TimeProvider.System, services)
            .Run(new() { Experiment = "test", Cell = "lstm", Engine = new ManagedEngine(), Plan = plan, Seed = 1 }, observer);
    }

    private sealed class SpeechlessException : Exception
    {
        public override string Message => throw new InvalidOperationException("nothing to say");

        public override string? StackTrace => throw new InvalidOperationException("nothing to show");
    }

    private sealed class NeverDone : ITrainingObserver, IDisposable
    {
        public void EpochEnded(EpochEnd epoch)
        {
        }

        public void Dispose() => throw new InvalidCastException("oops");
    }

    private sealed class BrokenName : IExperiment
    {
        public string Name => throw new InvalidCastException("oops");

        public ExperimentPlan Plan(Seeds seeds) => throw new AssertionException("It has no name.");
    }

    private sealed class BrokenSetting : IExperiment
    {
        public string Name => "broken-setting";

        public int Window { get => throw new InvalidCastException("oops"); set => _ = value; }

        public ExperimentPlan Plan(Seeds seeds) => throw new AssertionException("Its settings cannot be read.");
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
            int width = missing!.Length;
            return new() { Data = null!, Model = Model.Of(Layers.Dense(width)) };
        }
    }

    private sealed class SecondSeed(ICellFactory cells) : FakeExperiment("second-seed", cells)
    {
        public override ExperimentPlan Plan(Seeds seeds) => seeds.Root == 2 ? throw new InvalidCastException("not two") : base.Plan(seeds);
    }

    private sealed class SecondSeedBroken(Func<ExperimentPlan, ExperimentPlan> breaks) : IExperiment
    {
        public string Name => "broken";

        public ExperimentPlan Plan(Seeds seeds) => seeds.Root == 2 ? breaks(Small()) : Small();
    }

    private sealed class SecondSeedWhole : IExperiment
    {
        public string Name => "whole";

        public ExperimentPlan Plan(Seeds seeds) => Small();
    }

    private static ExperimentPlan Small()
    {
        ExperimentPlan plan = new OneChar(new CellRegistration("lstm", units => new LstmCell(units)).AsFactory()).Plan(new Seeds(1));
        return plan with { Metrics = [Metric.Accuracy], Probes = [], Training = plan.Training with { Epochs = 1 } };
    }

    private sealed class BrokenCell : ICell
    {
        public bool NameThrows { get; init; }

        public bool StateThrows { get; init; }

        public bool StepThrows { get; init; }

        public string Name => NameThrows ? throw new InvalidCastException("oops") : "broken";

        public IReadOnlyList<StateSlot> State => StateThrows ? throw new InvalidCastException("oops") : [new("hidden", 2)];

        public CellStep Step(CellScope cell, Expr input, CellState state) => StepThrows ? throw new InvalidCastException("oops") : new(state["hidden"], state["hidden"]);
    }

    private sealed record BrokenLayer : Layer
    {
        public bool KindThrows { get; init; }

        public override string Kind => KindThrows ? throw new InvalidCastException("oops") : "broken";

        public override Flow Build(ModelScope model, Flow input) => throw new InvalidCastException("oops");
    }

    private sealed class BrokenInitializer : Initializer
    {
        public bool FindingThrows { get; init; }

        public override string Name => "broken";

        public override string? Finding(int rows, int columns) => FindingThrows ? throw new InvalidCastException("oops") : null;

        public override void Fill(Span<float> weights, int rows, int columns, Random random, CancellationToken cancellation = default) => throw new InvalidCastException("oops");
    }

    private sealed class BrokenConstructor : IExperiment
    {
        public BrokenConstructor() => throw new InvalidOperationException("no such thing");

        public string Name => "broken-constructor";

        public ExperimentPlan Plan(Seeds seeds) => throw new AssertionException("It cannot even be made.");
    }
}
