using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Snapshots;

/// <summary>
/// The experiments over many seeds. The bounds come from two independent implementations with Keras' definitions, over
/// up to 200 seeds each; losses are bounded too, since a wrong gradient or state moves them long before the accuracy.
/// </summary>
[Parallelizable(ParallelScope.All)]
public class StatisticalTests
{
    private static readonly int[] Seeds = [.. Enumerable.Range(1, 20)];
    private static readonly int[] FewSeeds = [.. Enumerable.Range(3, 5)];

    [TestCase("naive-one-char", ExpectedResult = 5210)]
    [TestCase("feature-window", ExpectedResult = 5466)]
    [TestCase("time-steps", ExpectedResult = 5210)]
    [TestCase("state-within-batch", ExpectedResult = 1594)]
    [TestCase("stateful-one-char", ExpectedResult = 11726)]
    [TestCase("variable-length", ExpectedResult = 5210)]
    [TestCase("prefix-padded", ExpectedResult = 5210)]
    public long ParameterCount(string experiment)
    {
        ExperimentPlan plan = ExperimentRuns.Plan(experiment, "lstm", seed: 1);
        return ExperimentRuns.Run(experiment, "lstm", plan with { Training = plan.Training with { Epochs = 0 }, Probes = [] }, seed: 1).ParameterCount;
    }

    [Test]
    public void NaiveOneChar()
    {
        IReadOnlyList<ExperimentResult> results = Lstm("naive-one-char", Seeds);
        SeedStatistics accuracy = Statistics(results, "accuracy"), loss = Statistics(results, "cross_entropy");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(accuracy.Mean, Is.InRange(0.81, 0.86));
            Assert.That(accuracy.Minimum, Is.AtLeast(0.68));
            Assert.That(accuracy.Maximum, Is.AtMost(0.96));
            Assert.That(loss.Mean, Is.InRange(1.665, 1.697));
        }
    }

    /// <summary>
    /// One curve over one number must rank 26 letters: it fails where letters crowd, at the end (the targets X and Y fall
    /// behind their neighbours W and Z) and beside A, and not here and there.
    /// </summary>
    [Test]
    public void NaiveOneChar_ErrorsSitAtFixedLetters()
    {
        IReadOnlyList<ExperimentResult> results = Lstm("naive-one-char", Seeds);
        string[] wrong = [.. results.SelectMany(Errors).Select(error => error.Input)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(wrong.Count(letter => letter == "W"), Is.AtLeast(18), "of 20 seeds");
            Assert.That(wrong.Count(letter => letter == "X"), Is.AtLeast(18), "of 20 seeds");
            Assert.That(Fraction(wrong, letter => "BTUVWX".Contains(letter, StringComparison.Ordinal)), Is.AtLeast(0.9));
        }
    }

    [Test]
    public void FeatureWindow()
    {
        IReadOnlyList<ExperimentResult> results = Lstm("feature-window", Seeds);
        SeedStatistics accuracy = Statistics(results, "accuracy");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(accuracy.Mean, Is.InRange(0.83, 0.875));
            Assert.That(accuracy.Mean, Is.GreaterThan(Statistics(Lstm("naive-one-char", Seeds), "accuracy").Mean), "a window helps, on average");
            Assert.That(Statistics(results, "cross_entropy").Mean, Is.InRange(1.570, 1.610));
        }
    }

    [Test]
    public void TimeSteps()
    {
        IReadOnlyList<ExperimentResult> results = Lstm("time-steps", Seeds);
        SeedStatistics accuracy = Statistics(results, "accuracy");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(accuracy.Mean, Is.AtLeast(0.98));
            Assert.That(accuracy.Minimum, Is.AtLeast(0.87));
            Assert.That(results.Count(result => result.Metric("accuracy") == 1), Is.AtLeast(12));
            Assert.That(Statistics(results, "cross_entropy").Mean, Is.InRange(0.19, 0.26));
        }
    }

    [Test]
    public void StateWithinBatch()
    {
        IReadOnlyList<ExperimentResult> results = Lstm("state-within-batch", Seeds);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Values(results, "accuracy"), Is.All.EqualTo(1.0));
            Assert.That(Values(results, "cross_entropy"), Is.All.InRange(0.900, 0.945));
        }
    }

    [Test]
    public void StatefulOneChar()
    {
        IReadOnlyList<ExperimentResult> results = Lstm("stateful-one-char", Seeds);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Values(results, "accuracy"), Is.All.EqualTo(1.0));
            Assert.That(Values(results, "cross_entropy"), Is.All.InRange(0.006, 0.016));
        }
    }

    /// <summary>It has learnt a position, not letters: K alone is taken for the alphabet's first letter.</summary>
    [TestCase("A", ExpectedResult = "BCDEFGHIJKLMNOPQRSTUVWXYZ")]
    [TestCase("K", ExpectedResult = "BCDEF")]
    [TestCase("ABCDEFGHIJK", ExpectedResult = "LMNOP")]
    public string StatefulOneChar_GeneratesAtEverySeed(string from) =>
        Lstm("stateful-one-char", Seeds).SelectMany(result => result.Generated).Where(generated => generated.From == from).Select(generated => generated.Text).Distinct().Single();

    [Test]
    public void VariableLength()
    {
        IReadOnlyList<ExperimentResult> results = Lstm("variable-length", FewSeeds);
        SeedStatistics accuracy = Statistics(results, "accuracy");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(accuracy.Mean, Is.InRange(0.969, 0.995));
            Assert.That(accuracy.Minimum, Is.AtLeast(0.94));
            Assert.That(Statistics(results, "cross_entropy").Mean, Is.InRange(0.085, 0.121));
            Assert.That(Fraction(results.SelectMany(Errors), error => error.Input.Length == 1), Is.AtLeast(0.9), "errors on inputs of one letter");
        }
    }

    /// <summary>
    /// The whole history tells letters apart that one number does not. Every training leaps now and then on its way; of 100 other
    /// seeds, 7 with the generator before this one and 3 with another ended on a leap, below 84 %.
    /// </summary>
    [Test]
    public void PrefixPadded()
    {
        double naive = Statistics(Lstm("naive-one-char", Seeds), "cross_entropy").Minimum;
        IReadOnlyList<ExperimentResult> results = Lstm("prefix-padded", Seeds);
        SeedStatistics accuracy = Statistics(results, "accuracy");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(accuracy.Mean, Is.InRange(0.92, 0.99));
            Assert.That(accuracy.Minimum, Is.AtLeast(0.84));
            Assert.That(Values(results, "cross_entropy"), Is.All.LessThan(naive / 2));
        }
    }

    /// <summary>The hand-written kernels round where the equations and their derivative do: the same bits, and so the same accuracy.</summary>
    [Test]
    public void HandRolledLstm_SameBitsAtEverySeed([ValueSource(typeof(ExperimentRuns), nameof(ExperimentRuns.Experiments))] string experiment)
    {
        int[] seeds = experiment == "variable-length" ? FewSeeds : Seeds;
        IReadOnlyList<ExperimentResult> handRolled = ExperimentRuns.Of(experiment, "hand-rolled-lstm", seeds), equations = Lstm(experiment, seeds);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(handRolled.Select(result => result.Fingerprint), Is.EqualTo(equations.Select(result => result.Fingerprint)));
            Assert.That(Values(handRolled, "accuracy"), Is.EqualTo(Values(equations, "accuracy")));
        }
    }

    /// <summary>Without resets it learns the alphabet as a circle, and no longer knows where a fresh state stands.</summary>
    [Test]
    public void StatefulOneChar_NeverReset_FailsFromReset()
    {
        SeedStatistics accuracy = Statistics(Changed(plan => plan with { State = StatePolicy.Never, Probes = [] }), "accuracy");
        Assert.That(accuracy.Maximum, Is.LessThan(0.1));
    }

    [Test]
    public void StatefulOneChar_WithoutState_FallsToTheNaiveOne()
    {
        SeedStatistics accuracy = Statistics(Changed(plan => plan with { State = StatePolicy.Stateless }), "accuracy");
        Assert.That(accuracy.Maximum, Is.LessThan(0.9));
    }

    [Test]
    public void StatefulOneChar_Shuffled_IsRefused()
    {
        ExperimentPlan plan = ExperimentRuns.Plan("stateful-one-char", "lstm", seed: 1);
        plan = plan with { Training = plan.Training with { Shuffle = true } };
        Assert.That(
            () => ExperimentRuns.Run("stateful-one-char", "lstm", plan, seed: 1),
            Throws.TypeOf<ResearchException>().With.Message.Contains("training.shuffle=false"));
    }

    /// <summary>Why it is refused: done all the same, batch by batch, it learns next to nothing.</summary>
    [Test]
    public void StatefulOneChar_ShuffledAllTheSame_DoesNotLearn()
    {
        Seeds seeds = new(1);
        ExperimentPlan plan = ExperimentRuns.Plan("stateful-one-char", "lstm", seeds.Root);
        ICompiledModel model = new ManagedEngine().Compile(plan.Model, plan.Data.Input.Features, plan.Training, seeds);
        RecurrentState state = model.CreateState();
        Batch batch = new(plan.Data, 1) { Rows = 1 };
        int[] order = [.. Enumerable.Range(0, plan.Data.Samples)];
        Random shuffle = seeds.Stream("shuffle");
        for (int epoch = 0; epoch < plan.Training.Epochs; epoch++)
        {
            shuffle.Shuffle(order);
            state.Reset();
            foreach (int sample in order)
            {
                batch.Samples[0] = sample;
                batch.RowStates[0] = RowState.Carry;
                _ = model.TrainBatch(batch, state);
            }
        }

        Predictions predictions = Evaluation.Predict(model, plan.Data, plan.State, plan.Training.BatchSize)[0];
        Assert.That(Metric.Accuracy.Evaluate(predictions), Is.LessThan(0.9));
    }

    [Test]
    public void Run_Twice_SameBits([ValueSource(typeof(ExperimentRuns), nameof(ExperimentRuns.Cells))] string cell)
    {
        string[] Fingerprints() => [.. Enumerable.Range(1, 4).Select(seed => Short(cell, seed))];
        string[] alone = Fingerprints();
        string[][] beside = [.. Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4).Select(_ => Fingerprints())];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(alone, Is.Unique, "seeds differ");
            Assert.That(beside, Is.All.EqualTo(alone));
        }
    }

    private static string Short(string cell, int seed)
    {
        ExperimentPlan plan = ExperimentRuns.Plan("stateful-one-char", cell, seed);
        return ExperimentRuns.Run("stateful-one-char", cell, plan with { Training = plan.Training with { Epochs = 10 } }, seed).Fingerprint;
    }

    private static IReadOnlyList<ExperimentResult> Lstm(string experiment, int[] seeds) => ExperimentRuns.Of(experiment, "lstm", seeds);

    private static ExperimentResult[] Changed(Func<ExperimentPlan, ExperimentPlan> change) =>
        [.. FewSeeds.Select(seed => ExperimentRuns.Run("stateful-one-char", "lstm", change(ExperimentRuns.Plan("stateful-one-char", "lstm", seed)), seed))];

    private static double[] Values(IEnumerable<ExperimentResult> results, string metric) => [.. results.Select(result => result.Metric(metric))];

    private static SeedStatistics Statistics(IEnumerable<ExperimentResult> results, string metric) => SeedStatistics.Of(Values(results, metric));

    private static IEnumerable<LabelledPrediction> Errors(ExperimentResult result) =>
        result.Predictions.Where(prediction => prediction.Predicted != prediction.Expected);

    private static double Fraction<T>(IEnumerable<T> items, Func<T, bool> which)
    {
        T[] all = [.. items];
        return all.Count(which) / (double)all.Length;
    }
}
