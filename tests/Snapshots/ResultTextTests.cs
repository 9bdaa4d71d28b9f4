using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;

namespace Research.Snapshots;

public class ResultTextTests
{
    [Test]
    public Task Of_HandMadeResult() => Snapshot.Verify(ResultText.Of(Result(epochs: 300)));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(10)]
    public Task Of_FewEpochs(int epochs) => Snapshot.Verify(ResultText.Of(Result(epochs)));

    [Test]
    public void Of_WrongPrediction_SaysWhatWasExpected()
    {
        string[] lines = ResultText.Of(Result(epochs: 3)).Split('\n');
        Assert.That(lines, Does.Contain("ABC -> D"));
        Assert.That(lines, Does.Contain("BCD -> X (expected E)"));
    }

    [Test]
    public void Of_IgnoresTheClock() =>
        Assert.That(ResultText.Of(Result(epochs: 3) with { Seconds = 1e6 }), Is.EqualTo(ResultText.Of(Result(epochs: 3))));

    [Test]
    public void Of_IgnoresTheCulture()
    {
        string expected = ResultText.Of(Result(epochs: 3));
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "minus" } };
            Assert.That(ResultText.Of(Result(epochs: 3)), Is.EqualTo(expected));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static ExperimentResult Result(int epochs) => new()
    {
        Experiment = "feature-window",
        Cell = "lstm",
        Engine = "managed",
        Seed = 7,
        Plan = new ExperimentPlan
        {
            Data = new Dataset
            {
                Description = "two windows",
                Samples = 2,
                Input = new() { TimeSteps = 1, Features = 3, Values = [0, 1, 2, 1, 2, 3] },
                Target = new() { Width = 26, Classes = [3, 4] },
            },
            Model = Model.Of(Layers.Dense(26)),
        },
        ParameterCount = 104,
        Metrics = [new MetricValue("accuracy", 0.5), new MetricValue("cross_entropy", 1.23456789), new MetricValue("mean_squared_error", -0.0000123456789), new MetricValue("perplexity", double.NaN)],
        Outputs = [new() { Name = "output", Predictions = [new LabelledPrediction("ABC", "D", "D"), new LabelledPrediction("BCD", "E", "X"), new LabelledPrediction("a\n\\", " ", "b"), new LabelledPrediction("b", "\t", "\t")] }],
        Generated = [new GeneratedText("ABC", "DEFGH"), new GeneratedText("K", "LMNOP\n")],
        EpochLosses = [.. Enumerable.Range(1, epochs).Select(epoch => 3.25 / epoch)],
        Steps = 2 * epochs,
        Seconds = 0.125,
        Fingerprint = "0123456789abcdef",
    };
}
