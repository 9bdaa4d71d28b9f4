using Research.Framework.Data;
using Research.Framework.Metrics;

namespace Research.Framework.Tests.Metrics;

public sealed class ClassMetricTests
{
    // Targets 0 0 0 1 1 2, predicted 0 0 1 1 0 1: of class 0 two of three found, two of three right; of 1 one of two found, one of three right; of 2 none.
    private static readonly Predictions Six = Classes([.9f, .1f, 0, .8f, .2f, 0, .2f, .7f, .1f, .1f, .6f, .3f, .5f, .4f, .1f, 0, .6f, .4f], [0, 0, 0, 1, 1, 2], 3);

    [Test]
    public void OfAClass_CountedByHand()
    {
        Assert.That(Of(ClassMetric.PrecisionOf, Six), Is.EqualTo([2.0 / 3, 1.0 / 3, 0]));
        Assert.That(Of(ClassMetric.RecallOf, Six), Is.EqualTo([2.0 / 3, 1.0 / 2, 0]));
        Assert.That(Of(ClassMetric.F1Of, Six), Is.EqualTo([2.0 / 3, 2.0 / 5, 0]));
    }

    [Test]
    public void Macro_IsTheMeanOfTheClasses()
    {
        Assert.That(ClassMetric.Precision.Evaluate(Six), Is.EqualTo(1.0 / 3).Within(1e-15));
        Assert.That(ClassMetric.Recall.Evaluate(Six), Is.EqualTo(7.0 / 18).Within(1e-15));
        Assert.That(ClassMetric.F1.Evaluate(Six), Is.EqualTo(16.0 / 45).Within(1e-15));
    }

    [Test]
    public void Macro_LeavesOutClassesThatDoNotOccur() =>
        Assert.That(ClassMetric.F1.Evaluate(Classes([.9f, .1f, 0, .1f, .9f, 0], [0, 1], 3)), Is.EqualTo(1));

    /// <summary>By counting pairs, of which some tie.</summary>
    [Test]
    public void Auc_IsTheFractionOfPairsInOrder()
    {
        Random random = new Seeds(1).Stream("scores");
        const int Rows = 60;
        int[] classes = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(3))];
        float[] scores = [.. Enumerable.Range(0, Rows * 3).Select(_ => random.Next(8) / 8f)];
        Predictions predictions = Classes(scores, classes, 3);
        double[] expected =
        [
            .. Enumerable.Range(0, 3).Select(k => (
                from inside in Enumerable.Range(0, Rows)
                from outside in Enumerable.Range(0, Rows)
                where classes[inside] == k && classes[outside] != k
                let difference = scores[inside * 3 + k] - scores[outside * 3 + k]
                select difference > 0 ? 1 : difference == 0 ? 0.5 : 0).Average()),
        ];
        Assert.That(Of(ClassMetric.AucOf, predictions), Is.EqualTo(expected).Within(1e-12));
        Assert.That(ClassMetric.Auc.Evaluate(predictions), Is.EqualTo(expected.Average()).Within(1e-12));
    }

    [Test]
    public void Auc_OfOneClassAlone_IsNoNumber()
    {
        Predictions predictions = Classes([.9f, .1f, .8f, .2f], [0, 0], 2);
        Assert.That(ClassMetric.AucOf(0).Evaluate(predictions), Is.NaN);
        Assert.That(ClassMetric.Auc.Evaluate(predictions), Is.NaN);
    }

    /// <summary>A sigmoid's output for each of two properties: targets 1 0, 1 1, 0 1.</summary>
    [Test]
    public void OfZerosAndOnes_EachOutputIsAClass()
    {
        Dataset data = Data(3, new() { Width = 2, Values = [1, 0, 1, 1, 0, 1] });
        Predictions predictions = new(data, data.Target, [.9f, .6f, .3f, .7f, .2f, .5f]);
        Assert.That(Of(ClassMetric.PrecisionOf, predictions), Is.EqualTo([1, 1.0 / 2]));
        Assert.That(Of(ClassMetric.RecallOf, predictions), Is.EqualTo([1.0 / 2, 1.0 / 2]));
        Assert.That(Of(ClassMetric.AucOf, predictions), Is.EqualTo([1, 1.0 / 2]));
    }

    [Test]
    public void WhatDoesNotCount_IsLeftOut_AndNoNumberStaysOne()
    {
        Dataset data = Data(3, new() { Width = 2, Classes = [0, 1, 0], Mask = [true, true, false] });
        Assert.That(ClassMetric.F1.Evaluate(new(data, data.Target, [.9f, .1f, .1f, .9f, float.NaN, 1])), Is.EqualTo(1));
        Assert.That(ClassMetric.F1.Evaluate(Classes([.9f, .1f, float.NaN, .9f], [0, 1], 2)), Is.NaN);
    }

    [Test]
    public void BadUse_IsRefused()
    {
        Assert.That(() => ClassMetric.F1Of(-1), Throws.TypeOf<ResearchException>().With.Message.EqualTo("Metric 'f1': expected a class from 0, got -1."));
        Assert.That(() => ClassMetric.F1Of(3).Evaluate(Six), Throws.TypeOf<ResearchException>().With.Message.EqualTo("Expected a metric of a class from 0 to 2, which 'six' has, got one of 3."));
        Dataset data = Data(1, new() { Width = 2, Classes = [0], Mask = [false] });
        Assert.That(() => ClassMetric.F1.Evaluate(new(data, data.Target, [1, 0])), Throws.TypeOf<ResearchException>().With.Message.Contains("at least one row that counts"));
    }

    [Test]
    public void Names()
    {
        Assert.That(ClassMetric.All.Select(metric => metric.Name), Is.EqualTo(["precision", "recall", "f1", "auc"]));
        Assert.That(ClassMetric.AucOf(2).Name, Is.EqualTo("auc_2"));
        Assert.That(ClassMetric.All, Is.All.Matches<IMetric>(metric => metric.LargerIsBetter));
    }

    private static double[] Of(Func<int, IMetric> metric, Predictions predictions) =>
        [.. Enumerable.Range(0, predictions.Target.Width).Select(k => metric(k).Evaluate(predictions))];

    private static Predictions Classes(float[] values, int[] classes, int width)
    {
        Dataset data = Data(classes.Length, new() { Width = width, Classes = classes });
        return new(data, data.Target, values);
    }

    private static Dataset Data(int samples, TargetBlock target) => new()
    {
        Description = "six",
        Samples = samples,
        Input = new() { TimeSteps = 1, Features = 1, Values = new float[samples] },
        Target = target,
    };
}
