using Research.Framework.Data;
using Research.Framework.Metrics;

namespace Research.Framework.Tests.Metrics;

public class MetricDefinitionsTests
{
    private static readonly float[] Probabilities =
    [
        0.1f, 0.8f, 0.1f,
        0.5f, 0.25f, 0.25f,
        0.3f, 0.3f, 0.4f,
        0.6f, 0.3f, 0.1f,
    ];

    private static readonly int[] Classes = [1, 0, 0, 2];

    [Test]
    public void Classes_ByHand()
    {
        Predictions predictions = OfClasses(Classes, null);
        // A row of floats adds up to 1 but for rounding.
        double crossEntropy = -(Math.Log(0.8f / (0.1f + (double)0.8f + 0.1f)) + Math.Log(0.5f) + Math.Log(0.3f / ((double)0.3f + 0.3f + 0.4f)) + Math.Log(0.1f / ((double)0.6f + 0.3f + 0.1f))) / 4;
        Assert.That(Metric.Accuracy.Evaluate(predictions), Is.EqualTo(0.5));
        Assert.That(Metric.CrossEntropy.Evaluate(predictions), Is.EqualTo(crossEntropy).Within(1e-12));
        Assert.That(Metric.Perplexity.Evaluate(predictions), Is.EqualTo(Math.Exp(crossEntropy)).Within(1e-12));
        Assert.That(Metric.BitsPerCharacter.Evaluate(predictions), Is.EqualTo(crossEntropy / Math.Log(2)).Within(1e-12));
    }

    [Test]
    public void ConfusionMatrix_OfMoreClassesThanAnArrayHolds_IsRefused()
    {
        const int Width = 50_000;
        Dataset data = new() { Description = "many classes", Samples = 1, Input = new() { TimeSteps = 1, Features = 1, Values = [0] }, Target = new() { Width = Width, Classes = [7] } };
        Assert.That(
            () => ConfusionMatrix.Of(new Predictions(data, data.Target, new float[Width])),
            Throws.TypeOf<ResearchException>().With.Message.StartsWith("Confusion matrix: 50000 x 50000 classes are more counts than an array holds"));
    }

    [TestCase(1, 0.5)]
    [TestCase(2, 0.75, Description = "two classes share the second place in row 3")]
    [TestCase(3, 1)]
    [TestCase(9, 1)]
    public void TopK_CountsLargerClasses(int count, double expected)
    {
        IMetric metric = Metric.TopK(count);
        Assert.That(metric.Name, Is.EqualTo($"top_{count}_accuracy"));
        Assert.That(metric.Evaluate(OfClasses(Classes, null)), Is.EqualTo(expected));
    }

    [Test]
    public void Values_ByHand()
    {
        Predictions predictions = OfValues([1, 0, 2, 3, 3, 6], [1, 1, 2, 1, 6, 4], width: 2, mask: null);
        Assert.That(Metric.MeanSquaredError.Evaluate(predictions), Is.EqualTo((0 + 1 + 0 + 4 + 9 + 4) / 6.0));
        Assert.That(Metric.RootMeanSquaredError.Evaluate(predictions), Is.EqualTo(Math.Sqrt(3)).Within(1e-15));
        Assert.That(Metric.MeanAbsoluteError.Evaluate(predictions), Is.EqualTo((0 + 1 + 0 + 2 + 3 + 2) / 6.0));

        // Outputs by themselves: targets 1, 2, 6 and 1, 1, 4 around means 3 and 2.
        Assert.That(Metric.R2.Evaluate(predictions), Is.EqualTo((1 - 9 / 14.0 + 1 - 9 / 6.0) / 2).Within(1e-15));
    }

    [Test]
    public void R2_OfTheMeanIsZero_OfTheTargetsIsOne()
    {
        Assert.That(Metric.R2.Evaluate(OfValues([2, 2, 2], [1, 2, 3], 1, null)), Is.Zero);
        Assert.That(Metric.R2.Evaluate(OfValues([1, 2, 3], [1, 2, 3], 1, null)), Is.EqualTo(1));
        Assert.That(Metric.R2.Evaluate(OfValues([5, 5, 5], [5, 5, 5], 1, null)), Is.EqualTo(1));
        Assert.That(Metric.R2.Evaluate(OfValues([5, 5, 6], [5, 5, 5], 1, null)), Is.Zero);
        Assert.That(Metric.R2.Evaluate(OfValues([5, 5, float.NaN], [5, 5, 5], 1, null)), Is.NaN);
    }

    [Test]
    public void SymmetricPercentageError_ByHand() =>
        Assert.That(Metric.SymmetricPercentageError.Evaluate(OfValues([3, 0, -1, 5], [1, 0, 1, 5], 1, null)), Is.EqualTo((100 + 0 + 200 + 0) / 4.0).Within(1e-12));

    [Test]
    public void MeanAbsoluteScaledError_ByHand()
    {
        Assert.That(Metric.MeanAbsoluteScaledError([4]).Evaluate(OfValues([3, 0], [1, 6], 1, null)), Is.EqualTo((2 / 4.0 + 6 / 4.0) / 2));
        Assert.That(() => Metric.MeanAbsoluteScaledError([0]), Throws.TypeOf<ResearchException>().With.Message.Contains("constant"));
        Assert.That(() => Metric.MeanAbsoluteScaledError([1, 2]).Evaluate(OfValues([3], [1], 1, null)), Throws.TypeOf<ResearchException>().With.Message.Contains("each of 1 columns"));
    }

    [Test]
    public void BinaryAccuracy_ByHand() =>
        Assert.That(Metric.BinaryAccuracy.Evaluate(OfValues([0.9f, 0.2f, 0.6f, 0.5f], [1, 0, 0, 1], 1, null)), Is.EqualTo(0.5));

    [TestCaseSource(typeof(Metric), nameof(Metric.All))]
    public void MaskedRows_DoNotCount(IMetric metric)
    {
        bool classes = Takes(metric, OfClasses(Classes, null));
        Predictions Make(bool[]? mask, int changed)
        {
            if (!classes)
            {
                float[] targets = [1, 0, 2, 3];
                targets[1] += changed;
                return OfValues([0.9f, 0.4f, 2.5f, 2], targets, 1, mask);
            }

            int[] target = [.. Classes];
            target[1] = (target[1] + changed) % 3;
            return OfClasses(target, mask);
        }

        bool[] without = [true, false, true, true];
        Assert.That(metric.Evaluate(Make(without, 2)), Is.EqualTo(metric.Evaluate(Make(without, 0))));
        Assert.That(double.IsFinite(metric.Evaluate(Make(without, 0))));
        Assert.That(() => metric.Evaluate(Make([false, false, false, false], 0)), Throws.TypeOf<ResearchException>().With.Message.Contains("mask"));
    }

    [TestCaseSource(typeof(Metric), nameof(Metric.All))]
    public void TargetsOfTheOtherKind_AreRefused(IMetric metric)
    {
        bool classes = Takes(metric, OfClasses(Classes, null)), values = Takes(metric, OfValues([1, 2], [1, 3], 1, null));
        Assert.That(classes, Is.Not.EqualTo(values));
    }

    [Test]
    public void ConfusionMatrix_ByHand()
    {
        ConfusionMatrix matrix = ConfusionMatrix.Of(OfClasses(Classes, null));
        Assert.That(matrix.ToString(), Is.EqualTo("1 0 1\n0 1 0\n1 0 0"));
        Assert.That(matrix.Total, Is.EqualTo(4));
        Assert.That(matrix.Accuracy, Is.EqualTo(0.5));
        Assert.That(matrix.Count(target: 2, predicted: 0), Is.EqualTo(1));
        Assert.That(matrix.Precision(0), Is.EqualTo(0.5));
        Assert.That(matrix.Precision(2), Is.Zero);
        Assert.That(matrix.Recall(0), Is.EqualTo(0.5));
        Assert.That(matrix.Recall(1), Is.EqualTo(1));
        Assert.That(ConfusionMatrix.Of(OfClasses(Classes, [true, true, true, false])).ToString(), Is.EqualTo("1 0 1\n0 1 0\n0 0 0"));
        Assert.That(() => matrix.Count(3, 0), Throws.TypeOf<ResearchException>());
        Assert.That(() => ConfusionMatrix.Of(OfClasses(Classes, [false, false, false, false])), Throws.TypeOf<ResearchException>().With.Message.Contains("mask"));
        Assert.That(() => ConfusionMatrix.Of(OfValues([1], [1], 1, null)), Throws.TypeOf<ResearchException>().With.Message.Contains("class"));
    }

    private static bool Takes(IMetric metric, Predictions predictions)
    {
        try
        {
            metric.Evaluate(predictions);
            return true;
        }
        catch (ResearchException)
        {
            return false;
        }
    }

    private static Predictions OfClasses(int[] classes, bool[]? mask) =>
        Rows("classes", new() { TimeSteps = classes.Length, Width = 3, Classes = classes, Mask = mask }, Probabilities);

    private static Predictions OfValues(float[] predictions, float[] targets, int width, bool[]? mask) =>
        Rows("values", new() { TimeSteps = targets.Length / width, Width = width, Values = targets, Mask = mask }, predictions);

    // One sample of as many steps as there are rows, each with a target.
    private static Predictions Rows(string description, TargetBlock target, float[] predictions)
    {
        InputBlock input = new() { TimeSteps = target.TimeSteps, Features = 1, Values = new float[target.TimeSteps] };
        return new(new Dataset { Description = description, Samples = 1, Input = input, Target = target }, target, predictions);
    }
}
