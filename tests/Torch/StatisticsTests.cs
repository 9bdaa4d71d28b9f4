using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Cells.Torch;
using Research.Experiments;
using Research.Framework.Experiments;

namespace Research.Torch.Tests;

/// <summary>
/// The alphabet on torch, whole trainings, within the bounds that hold for two other implementations with Keras' definitions. That takes
/// minutes: RESEARCH_TORCH_SEEDS says how many seeds (5 before a release); without it the quickest is run with two.
/// </summary>
[NonParallelizable]
public sealed class StatisticsTests
{
    private static readonly Bounds[] s_all =
    [
        new("stateful-one-char", 1, 1, 1, 0.006, 0.016),
        new("naive-one-char", 0.81, 0.86, 0.68, 1.665, 1.697),
        new("feature-window", 0.83, 0.875, 0.70, 1.570, 1.610),
        new("time-steps", 0.98, 1, 0.87, 0.19, 0.26),
        new("state-within-batch", 1, 1, 1, 0.900, 0.945),
        new("prefix-padded", 0.92, 0.99, 0.84, 0.15, 0.35),
    ];

    private static int Given => int.TryParse(Environment.GetEnvironmentVariable("RESEARCH_TORCH_SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int seeds) ? seeds : 0;

    private static IEnumerable<TestCaseData> Cases() => s_all.Take(Given > 0 ? s_all.Length : 1).Select(bounds => new TestCaseData(bounds).SetName($"{bounds.Experiment} on torch"));

    [TestCaseSource(nameof(Cases))]
    public void Experiment_IsWithinItsBounds(Bounds bounds)
    {
        ExperimentResult[] results = new ExperimentResult[Given > 0 ? Given : 2];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed => results[seed] = Catalog().Run(bounds.Experiment, seed + 1, engine: "torch"));
        double[] accuracies = [.. results.Select(result => result.Metric("accuracy"))], losses = [.. results.Select(result => result.Metric("cross_entropy"))];
        TestContext.Out.WriteLine(FormattableString.Invariant($"{bounds.Experiment}: accuracy {accuracies.Average():P1} ({accuracies.Min():P1} to {accuracies.Max():P1}), cross-entropy {losses.Average():F4}, {results.Length} seeds"));
        Assert.Multiple(() =>
        {
            Assert.That(accuracies.Average(), Is.InRange(bounds.LeastMean, bounds.MostMean));
            Assert.That(accuracies.Min(), Is.AtLeast(bounds.Least));
            Assert.That(losses.Average(), Is.InRange(bounds.LeastLoss, bounds.MostLoss));
        });
    }

    // A tenth of its epochs, one seed: its 500,000 steps would take most of an hour.
    [Test]
    public void VariableLength_BeginsAsOnTheBuiltInEngine()
    {
        string[] settings = [FormattableString.Invariant($"training.epochs={(Given > 0 ? 50 : 1)}")];
        ExperimentResult torch = Catalog().Run("variable-length", 1, settings: settings, engine: "torch"), managed = Catalog().Run("variable-length", 1, settings: settings);
        Assert.Multiple(() =>
        {
            Assert.That(torch.Metric("accuracy"), Is.EqualTo(managed.Metric("accuracy")).Within(0.03));
            Assert.That(torch.Metric("cross_entropy"), Is.EqualTo(managed.Metric("cross_entropy")).Within(5).Percent);
        });
    }

    private static ExperimentCatalog Catalog() => new ServiceCollection().AddResearch().AddResearchCells().AddAlphabetExperiments().AddTorchEngine(Torches.Options)
        .BuildServiceProvider().GetRequiredService<ExperimentCatalog>();

    /// <summary>Where an experiment's results lie.</summary>
    /// <param name="Experiment">The experiment.</param>
    /// <param name="LeastMean">Of the accuracies' mean.</param>
    /// <param name="MostMean">Of the accuracies' mean.</param>
    /// <param name="Least">Of each accuracy.</param>
    /// <param name="LeastLoss">Of the cross-entropies' mean.</param>
    /// <param name="MostLoss">Of the cross-entropies' mean.</param>
    public sealed record Bounds(string Experiment, double LeastMean, double MostMean, double Least, double LeastLoss, double MostLoss);
}
