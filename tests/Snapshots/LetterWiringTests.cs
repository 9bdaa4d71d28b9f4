using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Experiments;
using Research.Framework;
using Research.Framework.Experiments;

namespace Research.Snapshots;

/// <summary>The wirings over letters, over many seeds: what each should reach, and what goes wrong without what it teaches.</summary>
[Parallelizable(ParallelScope.All)]
public class LetterWiringTests
{
    private static readonly int[] Seeds = [.. Enumerable.Range(1, 20)];
    private static readonly int[] FewSeeds = [.. Enumerable.Range(1, 5)];

    private static IReadOnlyList<string> Letters { get; } = NamesOf(services => services.AddLetterWirings());

    /// <summary>What a reader wants to know of a wiring: how its loss fell, what it predicts and what it generates.</summary>
    [TestCaseSource(nameof(Letters))]
    public Task Result(string experiment) => Snapshot.Verify(ResultText.Of(ExperimentRuns.Result(experiment, "lstm", seed: 7)));

    /// <summary>Whatever the cell, and of an LSTM to the same bits where its kernels are written by hand.</summary>
    [TestCaseSource(nameof(Letters))]
    public void EveryCell_FitsEveryWiring(string experiment)
    {
        string[] settings = ["training.epochs=1", .. experiment == "teacher-forcing" ? (string[])["passes=1"] : []];
        Dictionary<string, string> fingerprints = ExperimentRuns.Cells.ToDictionary(cell => cell, cell => ExperimentRuns.With(experiment, [1], settings, cell)[0].Fingerprint);
        Assert.That(fingerprints["hand-rolled-lstm"], Is.EqualTo(fingerprints["lstm"]));
        Assert.That(fingerprints.Where(pair => !pair.Key.StartsWith("hand-rolled", StringComparison.Ordinal)).Select(pair => pair.Value), Is.Unique);
    }

    /// <summary>Without a verb: whatever else is registered.</summary>
    [Test]
    public void TheAlphabetAlone_RunsWhereNothingIsNamed() => Assert.That(ExperimentRuns.Experiments, Is.EqualTo((string[])
        ["naive-one-char", "feature-window", "time-steps", "state-within-batch", "stateful-one-char", "variable-length", "prefix-padded"]));

    [TestCaseSource(typeof(ExperimentRuns), nameof(ExperimentRuns.Wirings))]
    public void EveryWiring_SaysWhatItShowsAndWhatItTeaches(string experiment)
    {
        CatalogExperiment found = ExperimentRuns.Found(experiment);
        Assert.That(found.Summary, Is.Not.Empty);
        Assert.That(found.Description, Has.Length.AtLeast(200).And.Not.Contain("  "));
    }

    [TestCase("many-to-many")]
    [TestCase("many-to-one")]
    [TestCase("one-to-many")]
    [TestCase("one-to-many-feedback")]
    [TestCase("n-letters")]
    [TestCase("reverse")]
    [TestCase("variable-to-variable")]
    [TestCase("gap")]
    [TestCase("deep-stateful")]
    public void AllSymbolsAreRight_In18Of20Seeds(string experiment) =>
        Assert.That(ExperimentRuns.Of(experiment, "lstm", Seeds).Count(result => result.Metric("accuracy") == 1), Is.AtLeast(18));

    /// <summary>From every letter that it is asked for, in at least 18 of 20 seeds.</summary>
    [Test]
    public void Feedback_WritesOnFromAnyLetter() => Assert.That(
        ExperimentRuns.Of("one-to-many-feedback", "lstm", Seeds).Count(result => result.Generated.Take(4).Select(text => text.From + text.Text).SequenceEqual(["ABCDEF", "BCDEFG", "KLMNOP", "UVWXYZ"])),
        Is.AtLeast(18));

    /// <summary>Drawn from the same model at a high temperature, letters are all but random.</summary>
    [Test]
    public void Feedback_AtAHighTemperature_StraysFromTheAlphabet()
    {
        IReadOnlyList<ExperimentResult> results = ExperimentRuns.With("one-to-many-feedback", FewSeeds, ["temperature=10"]);
        Assert.That(results.Count(result => result.Generated[4].Text == "CDEFG"), Is.Zero);
        Assert.That(results.Select(result => result.Generated[1].Text), Is.All.EqualTo("CDEFG"), "the greedy ones stay");
    }

    /// <summary>A layer that has not seen what stands after a gap can only guess the one at the start, and is right elsewhere.</summary>
    [Test]
    public void Gap_ReadForwardAlone_IsGuessedAtTheStart()
    {
        foreach (ExperimentResult result in ExperimentRuns.With("gap", FewSeeds, ["bidirectional=false"]))
        {
            Assert.That(result.Predictions.Where(prediction => prediction.Input[0] == '?').Count(IsRight), Is.AtMost(2), "of 23: one letter for all");
            Assert.That(result.Predictions.Where(prediction => prediction.Input[0] != '?').Count(IsRight), Is.AtLeast(67), "of 69");
        }
    }

    /// <summary>The state that is handed over is all that the decoder knows: words of other lengths, and ends where the alphabet does.</summary>
    [Test]
    public void VariableToVariable_EndsItself()
    {
        ExperimentResult result = ExperimentRuns.Result("variable-to-variable", "lstm", 1);
        string[] shown = [.. result.Predictions.Select(prediction => $"{prediction.Input} {prediction.Predicted}")];
        Assert.That(shown, Does.Contain("C DEFG.").And.Contain("AB CDEF.").And.Contain("Y Z.").And.Contain("XYZ ."));
    }

    [Test]
    public void Autoencoder_WritesAgainWhatItRead_FromVectorsThatDiffer()
    {
        IReadOnlyList<ExperimentResult> results = ExperimentRuns.Of("autoencoder", "lstm", Seeds);
        Assert.That(results.Count(result => result.Metric("reconstruction/accuracy") == 1), Is.AtLeast(18));
        OutputResult latent = results[0].Output("latent");
        Assert.That(latent.Values, Has.Count.EqualTo(22 * 4));
        Assert.That(latent.Targets, Is.Null, "nothing judges it");
        Assert.That(latent.Values.Chunk(4).Select(vector => string.Join(' ', vector)), Is.Unique);
    }

    [Test]
    public void CompositeAutoencoder_WritesThePastAndTheFuture() => Assert.That(
        ExperimentRuns.Of("composite-autoencoder", "lstm", Seeds).Count(result => result.Metric("reconstruction/accuracy") == 1 && result.Metric("prediction/accuracy") == 1),
        Is.AtLeast(18));

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Stacked_LearnsAtEveryDepth(int layers)
    {
        SeedStatistics accuracy = SeedStatistics.Of([.. ExperimentRuns.With("stacked", FewSeeds, [$"layers={layers}"]).Select(result => result.Metric("accuracy"))]);
        Assert.That(accuracy.Mean, Is.AtLeast(0.9));
    }

    [Test]
    public void Stacked_OfNoLayer_IsRefused() => Assert.That(
        () => ExperimentRuns.Found("stacked").Plan(1, ["layers=4"]),
        Throws.TypeOf<ResearchException>().With.Message.EqualTo("Experiment 'stacked' cannot be run: layers: expected 1, 2 or 3, got 4."));

    /// <summary>Sums that were never shown: the parts of questions that are learnt and judged have none in common.</summary>
    [Test]
    public void Addition_AddsWhatItHasNotSeen()
    {
        IReadOnlyList<ExperimentResult> results = ExperimentRuns.Of("addition", "lstm", [1, 2]);
        Assert.That(results.Select(result => result.Metric("accuracy")), Is.All.AtLeast(0.97));
        ExperimentPlan plan = results[0].Plan;
        Assert.That(plan.TestData!.InputLabels!.Intersect(plan.Data.InputLabels!), Is.Empty);
    }

    /// <summary>
    /// Told the truth it is better than when it reads its own letters: what it learnt with is not what it is used with. Over 20 seeds
    /// 98.5 against 97.4 %; trained as it is used it reaches 87.6 %, by scheduled sampling 95.5 %.
    /// </summary>
    [Test]
    public void TeacherForcing_IsWorseFreeRunningThanTold()
    {
        IReadOnlyList<ExperimentResult> results = ExperimentRuns.Of("teacher-forcing", "lstm", FewSeeds);
        double told = results.Average(result => result.Curve("validation/accuracy")[^1]), free = results.Average(result => result.Metric("accuracy"));
        Assert.That(told, Is.GreaterThan(free));
        Assert.That(free, Is.AtLeast(0.94));
        double trainedFree = ExperimentRuns.With("teacher-forcing", FewSeeds, ["mode=free_running"]).Average(result => result.Metric("accuracy"));
        Assert.That(trainedFree, Is.InRange(0.8, free - 0.04), "as many passes that were never told the truth teach less");
    }

    [TestCase("teacher_forcing", "1")]
    [TestCase("free_running", "0")]
    [TestCase("scheduled_sampling", "0 1")]
    public void TeacherForcing_TellsWhatItsModeSays(string mode, string told)
    {
        ExperimentPlan plan = ExperimentRuns.Found("teacher-forcing").Plan(1, [$"mode={mode}"]);
        float[] values = plan.Data.FindInput("written so far").Values;
        int width = plan.Data.FindInput("written so far").Features, half = values.Length / 2;
        Assert.That(string.Join(' ', Told(values).Distinct().Order()), Is.EqualTo(told));
        if (mode == "scheduled_sampling") Assert.That(Told(values[..half]).Average(), Is.EqualTo(0.75).Within(0.01), "from always to never");
        Assert.That(plan.Data.InputLabels!.Intersect(plan.TestData!.InputLabels!), Is.Empty);

        IEnumerable<float> Told(float[] some) => some.Chunk(width).Select(step => step[^1]);
    }

    private static IReadOnlyList<string> NamesOf(Func<IServiceCollection, IServiceCollection> add)
    {
        ExperimentCatalog catalog = new(add(new ServiceCollection().AddResearchCells()).BuildServiceProvider());
        return [.. catalog.Experiments(catalog.Cell("lstm")).Select(experiment => experiment.Name)];
    }

    private static bool IsRight(LabelledPrediction prediction) => prediction.Predicted == prediction.Expected;
}
