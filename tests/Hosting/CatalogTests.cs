using Microsoft.Extensions.DependencyInjection;
using ReadersProject;
using Research.Cells;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;

namespace Research.Framework.Hosting.Tests;

/// <summary>A failure names the experiment it belongs to: there may be many.</summary>
public sealed class CatalogTests
{
    [TestCase("no-file", "data.csv is not there")]
    [TestCase("no-units", "Dense layer: expected at least 1 unit, got 0.")]
    [TestCase("no-state", "Cell 'fickle' of layer 'fickle_1': there is no state 'h'; the cell declares 'hidden'.")]
    public void Run_PlanThatCannotBeRun_IsRefusedWithTheExperimentsName(string experiment, string reason) => Assert.That(
        () => Catalog().Run(experiment, seed: 1),
        Throws.TypeOf<ResearchException>().With.Message.EqualTo($"Experiment '{experiment}' cannot be run: {reason}"));

    [Test]
    public void Run_PatternThatPicksSeveral_IsRefused() => Assert.That(
        () => Catalog().Run("no-*", seed: 1),
        Throws.TypeOf<ResearchException>().With.Message.EqualTo("Expected one experiment, got 'no-*', which matches no-file, no-units, no-state."));

    private static readonly ICellFactory Cells = new CellRegistration("lstm", units => new FakeCell("lstm", units)).AsFactory();

    private static IReadOnlyList<CatalogExperiment> Experiments(Func<IServiceCollection, IServiceCollection> add) =>
        new ExperimentCatalog(add(new ServiceCollection()).BuildServiceProvider()).Experiments(Cells);

    private static string MadeWith(CatalogExperiment experiment, params string[] settings) => experiment.Plan(1, settings).Published!.Source;

    [Test]
    public void PropertiesOfAnExperiment_AreItsSettings_WithTheirValues()
    {
        CatalogExperiment experiment = Experiments(services => services.AddExperiment<Adjustable>()).Single();
        string[] shown = [.. PlanFields.Of(experiment.Plan(1, ["window=12", "Limit=5"])).Select(field => $"{field.Name}={field} ({field.Allowed})")];
        Assert.That(shown[..12], Is.EqualTo((string[])
        [
            "window=12 (a whole number)", "noise=0.1 (a number)", "gain=0.1 (a number)", "offset=1099511627776 (a whole number)", "reversed=false (true or false)",
            "letters=ABC (a text)", "suffix= (a text)", "how_to_merge=average (one of concat, sum, multiply, average, none)", "limit=5 (a whole number, or none)",
            "threshold=0.5 (a number, or none)", "other=none (one of concat, sum, multiply, average, none, or none)", "even=0 (a whole number)",
        ]));
        Assert.That(shown[12], Does.StartWith("data.description="));
    }

    [TestCase("window=48", "48 0.1 0.1 1099511627776 False ABC null Average  0.5  0")]
    [TestCase("noise=0.30000000000000004", "24 0.30000000000000004 0.1 1099511627776 False ABC null Average  0.5  0")]
    [TestCase("gain=0.2", "24 0.1 0.2 1099511627776 False ABC null Average  0.5  0")]
    [TestCase("offset=-9000000000", "24 0.1 0.1 -9000000000 False ABC null Average  0.5  0")]
    [TestCase("reversed=true", "24 0.1 0.1 1099511627776 True ABC null Average  0.5  0")]
    [TestCase("letters= X ", "24 0.1 0.1 1099511627776 False  X  null Average  0.5  0")]
    [TestCase("suffix=Z", "24 0.1 0.1 1099511627776 False ABC Z Average  0.5  0")]
    [TestCase("suffix=", "24 0.1 0.1 1099511627776 False ABC null Average  0.5  0")]
    [TestCase("how_to_merge=Concat", "24 0.1 0.1 1099511627776 False ABC null Concat  0.5  0")]
    [TestCase("HowToMerge=sum", "24 0.1 0.1 1099511627776 False ABC null Sum  0.5  0")]
    [TestCase("limit=7", "24 0.1 0.1 1099511627776 False ABC null Average 7 0.5  0")]
    [TestCase("threshold=none", "24 0.1 0.1 1099511627776 False ABC null Average    0")]
    [TestCase("other=multiply", "24 0.1 0.1 1099511627776 False ABC null Average  0.5 Multiply 0")]
    [TestCase("even=2", "24 0.1 0.1 1099511627776 False ABC null Average  0.5  2")]
    public void ASettingOfTheExperiment_IsSetBeforeThePlanIsMade(string setting, string made) =>
        Assert.That(MadeWith(Experiments(services => services.AddExperiment<Adjustable>()).Single(), setting), Is.EqualTo(made));

    [TestCase("window=2.5", "Settings of adjustable: Setting 'window': expected a whole number, got '2.5'.")]
    [TestCase("window=9999999999", "Settings of adjustable: Setting 'window': expected a whole number, got '9999999999'; the largest is 2147483647.")]
    [TestCase("limit=x", "Settings of adjustable: Setting 'limit': expected a whole number, or none, got 'x'.")]
    [TestCase("gain=1e300", "Settings of adjustable: Setting 'gain': expected a number, got '1e300'; the largest is 3.4028234663852886E+38.")]
    [TestCase("how_to_merge=av", "Settings of adjustable: Setting 'how_to_merge': expected one of concat, sum, multiply, average, none, got 'av'.")]
    [TestCase("even=3", "Settings of adjustable: Setting 'even': expected an even number, got 3.")]
    public void AValueThatTheExperimentCannotTake_IsRefused(string setting, string message) => Assert.That(
        () => MadeWith(Experiments(services => services.AddExperiment<Adjustable>()).Single(), setting),
        Throws.TypeOf<ResearchException>().With.Message.EqualTo(message));

    [Test]
    public void AnArgumentsOwnCheck_IsShownWithoutTheNameOfTheArgument()
    {
        CatalogExperiment experiment = Experiments(services => services.AddExperiment<Positive>()).Single();
        Assert.That(() => experiment.Plan(1, ["count=0"]), Throws.TypeOf<ResearchException>().With.Message.EqualTo("Settings of positive: Setting 'count': expected at least 1."));
        Assert.That(() => experiment.Plan(1, ["model.layers.0.cell.leak=0"]), Throws.TypeOf<ResearchException>().With.Message.EqualTo("Settings of positive: Setting 'model.layers.0.cell.leak': expected more than nothing."));
    }

    [TestCase("fixed=3")]
    [TestCase("counted=3")]
    [TestCase("shared=3")]
    [TestCase("sizes=3")]
    [TestCase("name=other")]
    public void WhatIsNoSetting_IsUnknown(string setting) => Assert.That(
        () => MadeWith(Experiments(services => services.AddExperiment<Adjustable>()).Single(), setting),
        Throws.TypeOf<ResearchException>().With.Message.StartsWith($"Settings of adjustable: Unknown setting '{setting.Split('=')[0]}'"));

    [Test]
    public void ExperimentsSettings_GoBeforeThePlans_WhateverTheirOrder_AndLaterOnesWin()
    {
        CatalogExperiment experiment = Experiments(services => services.AddExperiment<Adjustable>()).Single();
        ExperimentPlan plan = experiment.Plan(1, ["training.epochs=3", "window=1", "training.epochs=4", "window=2"]);
        Assert.That(plan.Published!.Source, Does.StartWith("2 "));
        Assert.That(plan.Training.Epochs, Is.EqualTo(4));
        Assert.That(MadeWith(experiment), Does.StartWith("24 "), "each plan is made by an experiment of its own");
        Assert.That(() => PlanOverrides.Apply(plan, ["window=3"]), Throws.TypeOf<ResearchException>().With.Message.Contains("settings: [\"window=3\"]"));
    }

    [Test]
    public void AnExperiment_IsRegisteredUnderSeveralNames()
    {
        IReadOnlyList<CatalogExperiment> experiments = Experiments(services => services
            .AddExperiment<Adjustable>()
            .AddExperiment<Adjustable>("windows-48", experiment => experiment.Window = 48)
            .AddExperiment<Adjustable>("again"));
        Assert.That(experiments.Select(experiment => experiment.Name), Is.EqualTo((string[])["adjustable", "windows-48", "again"]));
        Assert.That(experiments.Select(experiment => MadeWith(experiment).Split(' ')[0]), Is.EqualTo((string[])["24", "48", "24"]));
        Assert.That(MadeWith(experiments[1], "window=96"), Does.StartWith("96 "));
        Assert.That(PlanFields.Of(experiments[1].Plan(1, []))[0].ToString(), Is.EqualTo("48"));
        Assert.That(() => experiments[1].Plan(1, ["x=1"]), Throws.TypeOf<ResearchException>().With.Message.StartsWith("Settings of windows-48: Unknown setting 'x'"));
        Assert.That(() => new ServiceCollection().AddExperiment<Adjustable>(" "), Throws.TypeOf<ResearchException>().With.Message.Contains("expected a name"));
        Assert.That(
            () => Experiments(services => services.AddExperiment<Adjustable>().AddExperiment<OneChar>("adjustable")),
            Throws.TypeOf<ResearchException>().With.Message.Contains("Two experiments are called 'adjustable'"));
    }

    [Test]
    public void AResult_BearsTheNameItsExperimentWasRegisteredUnder()
    {
        ExperimentCatalog catalog = new(new ServiceCollection().AddResearch().AddResearchCells()
            .AddExperiment<TwoLetters>("three-letters", experiment => experiment.Letters = 3).BuildServiceProvider());
        ExperimentResult result = catalog.Run("three-letters", seed: 1, settings: ["training.epochs=0"]);
        Assert.That(result.Experiment, Is.EqualTo("three-letters"));
        Assert.That(result.Plan.Data.Input.TimeSteps, Is.EqualTo(3));
        Assert.That(catalog.Run("three-letters", seed: 1, settings: ["letters=4", "training.epochs=0"]).Plan.Data.Input.TimeSteps, Is.EqualTo(4));
    }

    [TestCase(typeof(HidesTraining), "Experiment 'hides': its property Training would be the setting 'training', which hides the plan's 'training'; give it another name, or no public setter.")]
    [TestCase(typeof(HidesTestData), "Experiment 'hides': its property Testdata would be the setting 'testdata', which hides the plan's 'test_data'; give it another name, or no public setter.")]
    [TestCase(typeof(HidesItself), "Experiment 'hides': two of its properties would be the setting 'time_steps'; give one of them another name, or no public setter.")]
    public void APropertyThatHidesAnother_IsRefused(Type type, string message)
    {
        IServiceCollection Add(IServiceCollection services) =>
            type == typeof(HidesTraining) ? services.AddExperiment<HidesTraining>() : type == typeof(HidesTestData) ? services.AddExperiment<HidesTestData>() : services.AddExperiment<HidesItself>();
        Assert.That(() => Experiments(Add), Throws.TypeOf<ResearchException>().With.Message.EqualTo(message));
    }

    private sealed class HidesTraining(ICellFactory cells) : FakeExperiment("hides", cells)
    {
        public int Training { get; set; }
    }

    private sealed class HidesTestData(ICellFactory cells) : FakeExperiment("hides", cells)
    {
        public bool Testdata { get; set; }
    }

    private sealed class HidesItself(ICellFactory cells) : FakeExperiment("hides", cells)
    {
        public int TimeSteps { get; set; }

        public int Time_Steps { get; set; }
    }

    private static ExperimentCatalog Catalog() => new(new ServiceCollection()
        .AddResearch()
        .AddResearchCells()
        .AddExperiment<NoFile>()
        .AddExperiment<NoUnits>()
        .AddExperiment<NoState>()
        .BuildServiceProvider());

    private sealed class NoFile : IExperiment
    {
        public string Name => "no-file";

        public ExperimentPlan Plan(Seeds seeds) => throw new FileNotFoundException("data.csv is not there");
    }

    private sealed class NoUnits : IExperiment
    {
        public string Name => "no-units";

        public ExperimentPlan Plan(Seeds seeds) => PlanOf(Layers.Dense(0));
    }

    private sealed class NoState : IExperiment
    {
        public string Name => "no-state";

        public ExperimentPlan Plan(Seeds seeds) =>
            PlanOf(Layers.Recurrent(new FunctionCell("fickle", [new("hidden", 26)], (_, _, state) => new(state["h"], state["h"]))));
    }

    private static ExperimentPlan PlanOf(Layer layer) => new() { Data = new OneStepFramer().Frame(Alphabet.Latin), Model = Model.Of(layer) };

    /// <summary>Checks its settings as .NET code does.</summary>
    private sealed class Positive : FakeExperiment
    {
        public Positive()
            : base("positive", new CellRegistration("checked", units => new CheckedCell(units, 1)).AsFactory())
        {
        }

        public int Count { get; set => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "expected at least 1."); } = 1;
    }

    private sealed class CheckedCell(int units, double leak) : ICell
    {
        public IReadOnlyList<StateSlot> State { get; } = [new("hidden", units)];

        public IReadOnlyList<Setting<ICell>> Settings => [Setting.Number<ICell>("leak", leak, With)];

        public CellStep Step(CellScope cell, Expr input, CellState state) => new(state["hidden"], state["hidden"]);

        private CheckedCell With(double value) => value > 0 ? new(units, value) : throw new ArgumentOutOfRangeException(nameof(value), value, "expected more than nothing.");
    }
}
