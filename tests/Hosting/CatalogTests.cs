using Microsoft.Extensions.DependencyInjection;
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
}
