using System.Text.Json;
using Research.Cells;
using Research.Experiments.Alphabet;
using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;

namespace Research.Reference;

/// <summary>
/// The tutorial, run end to end by Keras with a few seeds, and by this project's experiments with as many: two samples of
/// what ought to be one distribution, since start weights and order are drawn by different generators. An engine of plain loops
/// would take hours: it shows that it begins as the other did.
/// </summary>
internal static class TutorialCheck
{
    // Three may lie so close together by chance that nothing is within their errors.
    private const int SeedCount = 8;

    public static void Run(ReferenceFile file, IEngine engine)
    {
        JsonElement[] runs = [.. file.Root.GetProperty("runs").EnumerateArray()];
        Assert.That(runs, Is.Not.Empty);
        if (engine != Engines.Fast)
        {
            foreach (string name in runs.Select(run => run.GetProperty("experiment").GetString()!).Distinct()) Begin(engine, name);
            return;
        }

        Assert.Multiple(() =>
        {
            // A long training passes through the shorter ones, but evaluates only at its end: each length is a run of its own.
            foreach (IGrouping<(string Name, int Epochs), JsonElement> group in runs.GroupBy(run => (run.GetProperty("experiment").GetString()!, run.GetProperty("epochs").GetInt32())))
                Check(group.Key.Name, group.Key.Epochs, [.. group]);
        });
    }

    private static void Check(string name, int epochs, JsonElement[] keras)
    {
        ExperimentResult[] ours = new ExperimentResult[SeedCount];
        Parallel.For(0, SeedCount, seed => ours[seed] = Run(Engines.Fast, name, epochs, seed + 1));
        string what = FormattableString.Invariant($"{name}, {epochs} epochs");
        Agree($"{what}: loss", keras, "loss", [.. ours.Select(run => run.Metric(Metric.CrossEntropy.Name))], floor: 0);
        Agree($"{what}: loss of the last epoch", keras, "final_epoch_loss", [.. ours.Select(run => run.EpochLosses[^1])], floor: 0);
        Agree($"{what}: accuracy", keras, "accuracy", [.. ours.Select(run => run.Metric(Metric.Accuracy.Name))], floor: 1.0 / ours[0].Plan.Data.Samples);

        foreach (JsonElement run in keras)
        {
            CheckText(what, run, "generate_from_A", "A", ours);
            CheckText(what, run, "cold_start_from_K", "K", ours);
        }
    }

    // Keras gives the prompt with what follows.
    private static void CheckText(string what, JsonElement run, string name, string prompt, ExperimentResult[] ours)
    {
        if (!run.TryGetProperty(name, out JsonElement expected)) return;
        foreach (ExperimentResult result in ours)
            Assert.That(prompt + result.Generated.First(text => text.From == prompt).Text, Is.EqualTo(expected.GetString()), $"{what}: {name}, seed {result.Seed}");
    }

    /// <summary>The means lie within four standard errors of their difference (or one sample of each other).</summary>
    private static void Agree(string what, JsonElement[] keras, string name, double[] ours, double floor)
    {
        double[] theirs = [.. keras.Where(run => run.TryGetProperty(name, out _)).Select(run => run.GetProperty(name).GetDouble())];
        if (theirs.Length == 0) return;
        SeedStatistics a = SeedStatistics.Of(theirs), b = SeedStatistics.Of(ours);

        // One run has no spread of its own; it is judged by ours.
        double deviation = theirs.Length == 1 ? b.StandardDeviation : Math.Max(a.StandardDeviation, b.StandardDeviation);
        double allowed = 4 * deviation * Math.Sqrt(1.0 / theirs.Length + 1.0 / ours.Length) + floor;
        Assert.That(b.Mean, Is.EqualTo(a.Mean).Within(allowed), what);
    }

    private static void Begin(IEngine engine, string name)
    {
        ExperimentResult expected = Run(Engines.Fast, name, epochs: 1, seed: 1), own = Run(engine, name, epochs: 1, seed: 1);
        Assert.That(own.EpochLosses, Is.EqualTo(expected.EpochLosses).Within(1e-5), name);
        Assert.That(own.Metric(Metric.CrossEntropy.Name), Is.EqualTo(expected.Metric(Metric.CrossEntropy.Name)).Within(1e-5), name);
        Assert.That(own.Generated.Select(text => text.Text), Is.EqualTo(expected.Generated.Select(text => text.Text)), name);
    }

    private static ExperimentResult Run(IEngine engine, string name, int epochs, int seed)
    {
        ICellFactory cells = new CellRegistration("lstm", units => new LstmCell(units)).AsFactory();
        IExperiment experiment = name switch
        {
            "naive_T1" => new NaiveOneChar(cells),
            "window3_features" => new FeatureWindow(cells),
            "timesteps3" => new TimeSteps(cells),
            "within_batch" => new StateWithinBatch(cells),
            "stateful" => new StatefulOneChar(cells),
            "variable_length" => new VariableLength(cells),
            _ => throw new AssertionException($"Unknown experiment '{name}'."),
        };
        ExperimentPlan plan = experiment.Plan(new Seeds(seed));
        plan = plan with { Training = plan.Training with { Epochs = epochs } };
        return new ExperimentRunner(TimeProvider.System)
            .Run(new() { Experiment = experiment.Name, Cell = "lstm", Engine = engine, Plan = plan, Seed = seed });
    }
}
