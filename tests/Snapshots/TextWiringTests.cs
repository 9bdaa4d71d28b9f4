using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Experiments.Wirings;
using Research.Framework;
using Research.Framework.Experiments;

namespace Research.Snapshots;

/// <summary>The experiments on texts and on sequences with a class. Each run is made once.</summary>
[Parallelizable(ParallelScope.All)]
public class TextWiringTests
{
    private const int Seed = 7;

    // What a snapshot shows of a result's many predictions.
    private const int Shown = 20;

    private static readonly ExperimentCatalog Catalog =
        new ServiceCollection().AddResearch().AddResearchCells().AddTextWirings().BuildServiceProvider().GetRequiredService<ExperimentCatalog>();

    private static readonly ConcurrentDictionary<(string Experiment, int Seed), Lazy<ExperimentResult>> Results = new();

    [TestCase("text")]
    [TestCase("words")]
    [TestCase("classify-sequence")]
    public Task Result(string experiment)
    {
        ExperimentResult result = Run(experiment, Seed);
        return Snapshot.Verify(ResultText.Of(result with { Outputs = [result.Outputs[0] with { Predictions = [.. result.Predictions.Take(Shown)] }] }));
    }

    /// <summary>Memory is worth something: what counting reaches is left behind, and what is left to the grammar's entropy is less than what was gained.</summary>
    [Test]
    public void Text_IsBetterThanCounting([Values(Seed)] int seed)
    {
        ExperimentResult result = Run("text", seed);
        double network = result.Metric("bits_per_character"), counting = BestOfCounting(result), entropy = result.Metric("grammar_entropy");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(network, Is.LessThan(counting - 0.08));
            Assert.That(network, Is.InRange(entropy - 0.02, entropy + 0.06));
            Assert.That(result.Generated.Select(generated => generated.Text.Length), Is.All.EqualTo(200));
        }
    }

    [Test]
    public void Words_AreBetterThanCounting([Values(Seed, 1, 2)] int seed)
    {
        ExperimentResult result = Run("words", seed);
        double network = result.Metric("bits_per_character"), counting = BestOfCounting(result), entropy = result.Metric("grammar_entropy");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(network, Is.LessThan(counting - 0.06));
            Assert.That(network, Is.InRange(entropy - 0.02, entropy + 0.05));
            Assert.That(result.Generated.Select(generated => generated.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length), Is.All.EqualTo(40));
        }
    }

    /// <summary>Of what a sentence's writer knows: words are spelled one way, so that letters and words have the same entropy.</summary>
    [Test]
    public void TextAndWords_AreOfTheSameText() =>
        Assert.That(Run("words", Seed).Metric("grammar_entropy"), Is.EqualTo(Run("text", Seed).Metric("grammar_entropy")));

    [Test]
    public void ClassifySequence_FindsTheRare()
    {
        int[] seeds = [Seed, 1, 2];
        ExperimentResult[] results = [.. seeds.Select(seed => Run("classify-sequence", seed))];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(results.Average(result => result.Metric("f1")), Is.AtLeast(0.9), "always the frequent class: 0.32");
            Assert.That(results.Select(result => result.Metric("auc")), Is.All.AtLeast(0.97));
            Assert.That(results.Select(result => result.Metric("recall_1")), Is.All.AtLeast(0.8));
        }
    }

    [Test]
    public void Text_OfAFile([Values("text", "words")] string experiment)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, string.Concat(Enumerable.Repeat("Grüße aus Köln, sagt der Bär. ", 40)));
            ExperimentPlan plan = Plan(experiment, Seed, $"file={path}", "rows=2", "steps=5", "units=4");
            ExperimentResult result = Run(experiment, plan with { Training = plan.Training with { Epochs = 1 } }, Seed);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(result.Metric("2_gram_bits"), Is.LessThan(result.Metric("1_gram_bits")));
                Assert.That(result.Metrics.Select(metric => metric.Name), Does.Not.Contain("grammar_entropy"), "nobody knows it");
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static double BestOfCounting(ExperimentResult result) => Enumerable.Range(1, 5).Min(order => result.Metric($"{order}_gram_bits"));

    private static ExperimentResult Run(string experiment, int seed) =>
        Results.GetOrAdd((experiment, seed), static run => new Lazy<ExperimentResult>(() => Catalog.Run(run.Experiment, run.Seed))).Value;

    private static ExperimentPlan Plan(string experiment, int seed, params string[] settings) =>
        ExperimentCatalog.Pick(Catalog.Experiments(Catalog.Cell("lstm")), [experiment])[0].Plan(seed, settings);

    private static ExperimentResult Run(string experiment, ExperimentPlan plan, int seed) =>
        new ExperimentRunner(TimeProvider.System).Run(new() { Experiment = experiment, Cell = "lstm", Engine = Catalog.Engine(null), Plan = plan, Seed = seed });
}
