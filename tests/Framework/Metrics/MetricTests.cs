using Research.Framework.Data;
using Research.Framework.Metrics;
using Research.Framework.Objectives;

namespace Research.Framework.Tests.Metrics;

public sealed class MetricTests
{
    private static readonly float[] ThreeRows =
    [
        0.50f, 0.25f, 0.25f,
        0.25f, 0.50f, 0.25f,
        0.25f, 0.25f, 0.50f,
    ];

    [Test]
    public void Accuracy_IsTheFractionOfRowsWhoseLargestIsTheTarget() =>
        Assert.That(Metric.Accuracy.Evaluate(Classes(ThreeRows, [0, 1, 1])), Is.EqualTo(2.0 / 3));

    [Test]
    public void Accuracy_OfEqualPredictions_TakesTheFirst() =>
        Assert.That(Metric.Accuracy.Evaluate(Classes([1, 1, 1, 1, 1, 1], [0, 1])), Is.EqualTo(0.5));

    [Test]
    public void CrossEntropy_IsTheMeanOfMinusLogOfTheTargetsProbability()
    {
        // (ln 2 + ln 2 + ln 4) / 3 = 4/3 ln 2
        Assert.That(Metric.CrossEntropy.Evaluate(Classes(ThreeRows, [0, 1, 1])), Is.EqualTo(4.0 / 3 * 0.69314718055994531).Within(1e-15));
    }

    [Test]
    public void CrossEntropy_IsClippedAtBothEnds()
    {
        Assert.That(Metric.CrossEntropy.Evaluate(Classes([0, 1], [0])), Is.EqualTo(16.118095650958320).Within(1e-13));
        Assert.That(Metric.CrossEntropy.Evaluate(Classes([0, 1], [1])), Is.EqualTo(1.0000000494736474e-07).Within(1e-15));
    }

    [TestCase(0, 0)]
    [TestCase(-1, 2)]
    [TestCase(float.NaN, 1)]
    [TestCase(1, float.PositiveInfinity)]
    public void CrossEntropy_OfWhatAreNoProbabilities_IsNoNumber(float first, float second) =>
        Assert.That(Metric.CrossEntropy.Evaluate(Classes([first, second], [1])), Is.NaN);

    [Test]
    public void Perplexity_OfEvenOdds_IsTheNumberOfClasses()
    {
        Assert.That(Metric.Perplexity.Evaluate(Classes(Enumerable.Repeat(0.125f, 16).ToArray(), [3, 7])), Is.EqualTo(8).Within(1e-14));
        Assert.That(Metric.Perplexity.Evaluate(Classes(ThreeRows, [0, 1, 1])), Is.EqualTo(Math.Cbrt(16)).Within(1e-14));
    }

    [Test]
    public void ErrorsOfValues()
    {
        // Differences 3, -4, 0 and 1: squares 9, 16, 0, 1.
        Predictions predictions = Values([4, -2, 5, 1], targets: [1, 2, 5, 0], width: 2);

        Assert.That(Metric.MeanSquaredError.Evaluate(predictions), Is.EqualTo(6.5));
        Assert.That(Metric.MeanAbsoluteError.Evaluate(predictions), Is.EqualTo(2));
        Assert.That(Metric.RootMeanSquaredError.Evaluate(predictions), Is.EqualTo(Math.Sqrt(6.5)));
    }

    [Test]
    public void MaskedSteps_WeighNothing()
    {
        // One sample of three steps; the second is padding, whatever was predicted there.
        bool[] mask = [true, false, true];
        float[] wrong = [0.50f, 0.25f, 0.25f, 0, 0, 0, 0.25f, 0.25f, 0.50f];

        Assert.That(Metric.Accuracy.Evaluate(Classes(wrong, [0, 1, 1], steps: 3, mask)), Is.EqualTo(0.5));
        Assert.That(Metric.CrossEntropy.Evaluate(Classes(wrong, [0, 1, 1], steps: 3, mask)), Is.EqualTo(1.5 * 0.69314718055994531).Within(1e-15));
        Assert.That(Metric.MeanSquaredError.Evaluate(Values([1, 100, 3], [0, 0, 0], 1, steps: 3, mask)), Is.EqualTo(5));
        Assert.That(Metric.MeanAbsoluteError.Evaluate(Values([1, float.NaN, 3], [0, 0, 0], 1, steps: 3, mask)), Is.EqualTo(2));
    }

    [Test]
    public void RowsThatTheModelOrTheTargetMasks_DoNotCount()
    {
        TargetBlock target = new() { TimeSteps = 2, Width = 2, Classes = [1, 1, 1, 1], Mask = [true, true, false, true] };
        Predictions predictions = Of(target, [0, 1, 1, 0, 0, 1, 1, 0], [true, false, true, true]);

        Assert.That(Enumerable.Range(0, 4).Select(predictions.Counts), Is.EqualTo(new[] { true, false, false, true }));
        Assert.That(Metric.Accuracy.Evaluate(predictions), Is.EqualTo(0.5));
    }

    [Test]
    public void PaddingBesideTheOnlyTarget_DoesNotHideIt()
    {
        InputBlock input = new() { TimeSteps = 2, Features = 1, Values = [0, 0], Mask = [true, false] };
        TargetBlock target = new() { Width = 2, Classes = [1] };
        Dataset data = new() { Description = "test", Samples = 1, Input = input, Target = target };

        Assert.That(Metric.Accuracy.Evaluate(new Predictions(data, target, [0, 1])), Is.EqualTo(1));
    }

    [Test]
    public void AnotherNumberOfFlagsThanRows_IsRefused() =>
        Assert.That(() => Of(new() { TimeSteps = 3, Width = 1, Values = [0, 0, 0] }, [0, 0, 0], [true]), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "Predictions of 'test': expected which rows count as [1, 3] flags, got 1."));

    [Test]
    public void NothingCounts_IsRefused([ValueSource(typeof(Metric), nameof(Metric.All))] IMetric metric)
    {
        bool[] mask = [false, false];
        Predictions predictions = IsForClasses(metric) ? Classes([1, 0, 1, 0], [0, 0], steps: 2, mask) : Values([1, 1], [0, 0], 1, steps: 2, mask);

        Assert.That(() => metric.Evaluate(predictions), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            $"Metric '{metric.Name}': expected at least one row that counts, got none of 2; the mask of 'test' leaves nothing."));
    }

    [Test]
    public void NotANumber_IsNeitherRightNorWrong([ValueSource(typeof(Metric), nameof(Metric.All))] IMetric metric)
    {
        Predictions predictions = IsForClasses(metric) ? Classes([float.NaN, float.NaN], [0]) : Values([float.NaN], [0], 1);

        Assert.That(metric.Evaluate(predictions), Is.NaN);
    }

    [Test]
    public void Infinity_IsNoClass_AndOnNoSide([Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float value)
    {
        Predictions classes = Classes([value, 0.5f], [0]), values = Values([value], [1], 1);
        Assert.That(classes.PredictedClass(0), Is.EqualTo(-1));
        Assert.That(() => ConfusionMatrix.Of(classes), Throws.TypeOf<ResearchException>().With.Message.Contains("expected finite numbers"));
        Assert.That(Metric.Accuracy.Evaluate(classes), Is.NaN);
        Assert.That(Metric.BinaryAccuracy.Evaluate(values), Is.NaN);
        Assert.That(ObjectiveLoss.Of(Loss.BinaryCrossEntropy, values), Is.NaN);
        if (!float.IsNegativeInfinity(value)) Assert.That(ObjectiveLoss.Of(Loss.CategoricalCrossEntropy, Classes([value, 0.5f], [1])), Is.NaN, "of the other class, too");
    }

    [Test]
    public void TargetThatIsNoClass_IsRefused([Values(-1, 2)] int target)
    {
        Dataset data = new() { Description = "test", Samples = 1, Input = new() { TimeSteps = 1, Features = 1, Values = [0] }, Target = new() { Width = 2, Classes = [target] } };
        Predictions predictions = new(data, data.Target, [0.5f, 0.5f]);
        foreach (IMetric metric in Metric.All.Where(IsForClasses))
            Assert.That(() => metric.Evaluate(predictions), Throws.TypeOf<ResearchException>().With.Message.Contains($"expected 0 to 1, got {target} at sample 0"), metric.Name);
        Assert.That(() => ConfusionMatrix.Of(predictions), Throws.TypeOf<ResearchException>());
        Assert.That(() => ObjectiveLoss.Of(Loss.CategoricalCrossEntropy, predictions), Throws.TypeOf<ResearchException>());
    }

    [Test]
    public void TargetsOfTheOtherKind_AreRefused()
    {
        foreach (IMetric metric in new[] { Metric.Accuracy, Metric.CrossEntropy, Metric.Perplexity })
        {
            Assert.That(() => metric.Evaluate(Values([1], [1], 1)), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
                $"Metric '{metric.Name}': expected class targets, got real values in 'test'; use 'mean_squared_error', 'mean_absolute_error' or 'root_mean_squared_error'."));
        }

        foreach (IMetric metric in new[] { Metric.MeanSquaredError, Metric.MeanAbsoluteError, Metric.RootMeanSquaredError })
        {
            Assert.That(() => metric.Evaluate(Classes([1, 0], [0])), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
                $"Metric '{metric.Name}': expected real-valued targets, got classes in 'test'; use 'accuracy', 'cross_entropy' or 'perplexity'."));
        }
    }

    [Test]
    public void PredictionsOfTheWrongSize_AreRefused() =>
        Assert.That(() => Metric.Accuracy.Evaluate(Classes([1, 0, 0], [0, 1], width: 2)), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "Metric 'accuracy': expected predictions [2, 2], got 3 values."));

    [Test]
    public void Of_IsTheFunctionByName()
    {
        IMetric metric = Metric.Of("rows", predictions => predictions.Count);

        Assert.That(metric.Name, Is.EqualTo("rows"));
        Assert.That(metric.Evaluate(Classes(ThreeRows, [0, 1, 1])), Is.EqualTo(3));
        Assert.That(() => Metric.Of(" ", _ => 0), Throws.TypeOf<ResearchException>());
    }

    [Test]
    public void LargerIsBetter_OfAccuraciesAndR2() => Assert.That(
        Metric.All.Where(metric => metric.LargerIsBetter).Select(metric => metric.Name), Is.EqualTo(["accuracy", "top_5_accuracy", "binary_accuracy", "r2"]));

    [Test]
    public void For_IsTheMetricOfOneOutput()
    {
        IMetric metric = Metric.Accuracy.For("answer");
        Predictions predictions = Classes(ThreeRows, [0, 1, 1]);

        Assert.That((metric.Name, metric.Output, metric.LargerIsBetter, metric.ToString()), Is.EqualTo(("answer/accuracy", "answer", true, "answer/accuracy")));
        Assert.That(metric.Evaluate(predictions), Is.EqualTo(Metric.Accuracy.Evaluate(predictions)));
        Assert.That(() => metric.For("question"), Throws.TypeOf<ResearchException>().With.Message.Contains("is for output 'answer' already"));
        Assert.That(() => Metric.Accuracy.For(""), Throws.TypeOf<ResearchException>().With.Message.Contains("expected the name of an output"));
        Assert.That(Metric.Of("given", _ => 0, largerIsBetter: true).LargerIsBetter);
    }

    [Test]
    public void All_HasDistinctNames() => Assert.That(Metric.All.Select(metric => metric.Name), Is.Unique.And.All.Match("^[a-z0-9_]+$"));

    private static bool IsForClasses(IMetric metric) =>
        metric.Name is "accuracy" or "top_5_accuracy" or "cross_entropy" or "perplexity" or "bits_per_character";

    private static Predictions Classes(float[] values, int[] targets, int steps = 1, bool[]? mask = null, int? width = null) =>
        Of(new() { TimeSteps = steps, Width = width ?? values.Length / targets.Length, Classes = targets, Mask = mask }, values);

    private static Predictions Values(float[] values, float[] targets, int width, int steps = 1, bool[]? mask = null) =>
        Of(new() { TimeSteps = steps, Width = width, Values = targets, Mask = mask }, values);

    private static Predictions Of(TargetBlock target, float[] values, bool[]? counts = null)
    {
        int samples = (target.Classes?.Length ?? target.Values!.Length / target.Width) / target.TimeSteps;
        InputBlock input = new() { TimeSteps = 1, Features = 1, Values = new float[samples] };
        Dataset data = new() { Description = "test", Samples = samples, Input = input, Target = target };
        data.Validate();
        return new(data, target, values, counts);
    }
}
