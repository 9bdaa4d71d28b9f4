using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;

namespace Research.Framework.Tests.Experiments;

/// <summary>Predictions that are too many for the machine are judged batch by batch, with the same figures, and not kept.</summary>
public sealed class StreamedEvaluationTests
{
    private const int Samples = 11;

    // 3 classes of 4 bytes; a quarter of the memory is for them.
    private const long Enough = Samples * 3 * 4 * 4;

    private static readonly IMetric Whole = Metric.Of("whole", predictions => predictions.Count);

    [Test]
    public void TooMany_GiveTheSameFigures_AndAreLeftOut([Values] bool validates)
    {
        ExperimentPlan plan = Plan(Metric.Accuracy, Metric.CrossEntropy) with { ValidationData = validates ? Data(7) : null };
        ExperimentResult kept = Run(plan, Enough), streamed = Run(plan, Enough - 1);
        Assert.That(streamed.Metrics, Is.EqualTo(kept.Metrics));
        Assert.That(streamed.Fingerprint, Is.EqualTo(kept.Fingerprint));
        Assert.That(streamed.Curves.Select(curve => (curve.Name, string.Join(' ', curve.Values))), Is.EqualTo(kept.Curves.Select(curve => (curve.Name, string.Join(' ', curve.Values)))));
        Assert.That((kept.Outputs[0].LeftOut, kept.Predictions.Count, kept.Outputs[0].Values.Count), Is.EqualTo((0, Samples, 3 * Samples)));
        OutputResult output = streamed.Outputs.Single();
        Assert.That((output.Name, output.TimeSteps, output.Width, output.LeftOut), Is.EqualTo(("output", 1, 3, Samples)));
        Assert.That(output.Predictions, Is.Empty);
        Assert.That(output.Values, Is.Empty);
        Assert.That(output.Counts, Is.Null);
    }

    [TestCase(Enough, 1)]
    [TestCase(Enough - 1, 3)]
    public void Validation_ComesInPieces_WhereItIsTooMany(long memory, int pieces)
    {
        Counting counting = new();
        ExperimentPlan plan = Plan(Metric.Accuracy, counting) with { ValidationData = Data(Samples), TestData = Data(1) };
        ExperimentResult result = Run(plan, memory);
        Assert.That(result.Curve("validation/pieces"), Is.EqualTo((double[])[pieces, pieces]));
    }

    [Test]
    public void MetricThatNeedsAll_KeepsThem_OrIsRefusedByName()
    {
        ExperimentPlan plan = Plan(Metric.Accuracy, Whole);
        ExperimentResult kept = Run(plan, Enough / 4);
        Assert.That(kept.Metric("whole"), Is.EqualTo(Samples));
        Assert.That(kept.Predictions, Has.Count.EqualTo(Samples));
        Assert.That(() => Run(plan, Enough / 4 - 1), Throws.TypeOf<ResearchException>().With.Message.Contains(
            "predictions of 'numbers': metric 'whole' must have all of them at once, and [11, 1, 3] numbers take 0.0 GB in all, and this machine has 0.0 GB"));
    }

    [Test]
    public void DataThatAreMadeAsTheyAreRead_AreStreamed_UnlessAMetricNeedsAll()
    {
        ExperimentPlan plan = Plan(Metric.Accuracy, Metric.Perplexity), made = plan with { Data = Made() };
        ExperimentResult expected = Run(plan, long.MaxValue), actual = Run(made, long.MaxValue);
        Assert.That(actual.Metrics, Is.EqualTo(expected.Metrics));
        Assert.That(actual.Outputs[0].LeftOut, Is.EqualTo(Samples));
        ExperimentResult whole = Run(made.WithMetrics(Whole), long.MaxValue);
        Assert.That(whole.Outputs[0].LeftOut, Is.Zero);
        Assert.That(whole.Predictions.Select(prediction => prediction.Predicted), Is.EqualTo(expected.Predictions.Select(prediction => prediction.Predicted)));
    }

    [Test]
    public void MetricThatDoesNotFit_IsFoundBeforehand_AndAClassOutOfRangeAsItIsRead()
    {
        Assert.That(() => Run(Plan(Metric.MeanSquaredError), 1), Throws.TypeOf<ResearchException>().With.Message.Contains("'mean_squared_error': expected real-valued targets"));
        ExperimentPlan wrong = Plan(Metric.Accuracy) with { TestData = Made(wrong: 5) };
        Assert.That(() => Run(wrong, long.MaxValue), Throws.TypeOf<ResearchException>().With.Message.Contains("target classes: expected 0 to 2, got 3 at sample 5"));
    }

    private static ExperimentResult Run(ExperimentPlan plan, long memory) =>
        new ExperimentRunner(TimeProvider.System) { Memory = memory }.Run(new() { Experiment = "streamed", Cell = "none", Engine = new ManagedEngine(), Plan = plan, Seed = 1 });

    private static ExperimentPlan Plan(params IMetric[] metrics) => new()
    {
        Data = Data(Samples),
        Model = Model.Of(Layers.Dense(3, Activation.Softmax)),
        Training = new() { Epochs = 2, BatchSize = 4 },
        Metrics = metrics,
    };

    private static Dataset Data(int samples) => new()
    {
        Description = "numbers",
        Samples = samples,
        Input = new() { TimeSteps = 1, Features = 1, Values = [.. Enumerable.Range(0, samples).Select(Input)] },
        Target = new() { Width = 3, Classes = [.. Enumerable.Range(0, samples).Select(Class)] },
    };

    private static Dataset Made(int? wrong = null) => new()
    {
        Description = "numbers",
        Samples = Samples,
        Input = new() { TimeSteps = 1, Features = 1, Source = new From<float>(Input) },
        Target = new() { Width = 3, ClassSource = new From<int>(sample => sample == wrong ? 3 : Class(sample)) },
    };

    private static float Input(int sample) => sample * 0.1f - 0.5f;

    private static int Class(int sample) => sample * sample % 3;

    private sealed class Counting : IStreamedMetric
    {
        public string Name => "pieces";

        public IMetricAccumulator Begin() => new Accumulator();

        private sealed class Accumulator : IMetricAccumulator
        {
            private int _pieces;

            public void Add(Predictions piece) => _pieces++;

            public double Result() => _pieces;
        }
    }

    private sealed class From<T>(Func<int, T> make) : SampleSource<T>
        where T : struct
    {
        public override int Samples => StreamedEvaluationTests.Samples;

        public override string Identity => "made";

        public override void CopyTo(int sample, Span<T> target) => target.Fill(make(sample));
    }
}
