using Research.Datasets.Series;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Metrics;

namespace Research.Datasets.Tests.Series;

public class WindowsTests
{
    private static readonly TimeSeries s_two = new("two", ["a", "b"], [[1, 2, 4, 8, 16], [5, 4, 3, 2, 1]]);

    [Test]
    public void Of_ByHand()
    {
        Dataset data = Windows.Of(s_two, 2, 2, new() { Targets = ["a"] });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(data.Input.Values, Is.EqualTo((float[])[1, 5, 2, 4, 2, 4, 4, 3]));
            Assert.That(data.Input.TimeSteps, Is.EqualTo(2));
            Assert.That(data.Target.Values, Is.EqualTo((float[])[4, 8, 8, 16]));
            Assert.That(data.Target.ClassNames, Is.EqualTo((string[])["a +1", "a +2"]));
            Assert.That(data.Target.Baselines.Single().Values, Is.EqualTo((float[])[2, 2, 4, 4]));
            Assert.That(data.Boundaries, Is.All.True);
            Assert.That(data.Target.Units, Is.Null);
        }
    }

    [Test]
    public void Of_StepsAsFeatures_AndTargetsAtEveryStep()
    {
        Dataset features = Windows.Of(s_two, 3, 1, new() { Features = ["b"], Targets = ["a"], StepsAreFeatures = true });
        Dataset every = Windows.Of(s_two, 2, 1, new() { Features = ["a"], Targets = ["a", "b"], TargetAtEveryStep = true, Stride = 2 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((features.Input.TimeSteps, features.Input.Features), Is.EqualTo((1, 3)));
            Assert.That(features.Input.Values, Is.EqualTo((float[])[5, 4, 3, 4, 3, 2]));
            Assert.That(every.Target.Values, Is.EqualTo((float[])[2, 4, 4, 3, 8, 2, 16, 1]));
            Assert.That(every.Boundaries, Is.EqualTo((bool[])[true, false]), "the second window goes on where the first ended");
        }
    }

    [Test]
    public void Of_Ranges_LookBack_AndCount()
    {
        Dataset late = Windows.Of(s_two, 2, 1, new() { Features = ["a"], Targets = ["a"], From = 3 });
        Dataset early = Windows.Of(s_two, 2, 1, new() { Features = ["a"], Targets = ["a"], Until = 3 });
        Dataset warm = Windows.Of(s_two, 1, 1, new() { Features = ["a"], Targets = ["a"], CountFrom = 3 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(late.Input.Values, Is.EqualTo((float[])[2, 4, 4, 8]));
            Assert.That(late.Target.Values, Is.EqualTo((float[])[8, 16]));
            Assert.That(early.Target.Values, Is.EqualTo((float[])[4]));
            Assert.That(warm.Target.Mask, Is.EqualTo((bool[])[false, false, true, true]));
        }
    }

    [Test]
    public void OfEach_NoWindowReachesIntoTheNextSeries()
    {
        Dataset data = Windows.OfEach([TimeSeries.Of("s", [1, 2, 3]), TimeSeries.Of("s", [7]), TimeSeries.Of("s", [4, 5])], 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(data.Input.Values, Is.EqualTo((float[])[1, 2, 4]));
            Assert.That(data.Target.Values, Is.EqualTo((float[])[2, 3, 5]));
            Assert.That(data.Boundaries, Is.EqualTo((bool[])[true, false, true]));
        }
    }

    [Test]
    public void InRows_EachEndsAtItsOwnEnd()
    {
        TimeSeries[] series = [TimeSeries.Of("s", [1, 2, 3, 4, 5, 6]), TimeSeries.Of("s", [10, 11]), TimeSeries.Of("s", [20, 21, 22])];
        Dataset rows = Windows.InRows(series, 2), pairs = Windows.InRows(series, 3, 2);
        using (Assert.EnterMultipleScope())
        {
            // Row 0 reads the first series, row 1 the second, then the third, then nothing.
            Assert.That(rows.ContiguousRows, Is.EqualTo(2));
            Assert.That(rows.Input.Values, Is.EqualTo((float[])[1, 10, 2, 20, 3, 21, 4, 0, 5, 0]));
            Assert.That(rows.Target.Values, Is.EqualTo((float[])[2, 11, 3, 21, 4, 22, 5, 0, 6, 0]));
            Assert.That(rows.Boundaries, Is.EqualTo((bool[])[true, true, false, true, false, false, false, true, false, true]));
            Assert.That(rows.Target.Mask, Is.EqualTo((bool[])[true, true, true, true, true, true, true, false, true, false]));
            Assert.That(rows.Input.Mask, Is.EqualTo(rows.Target.Mask));
            Assert.That(pairs.Samples, Is.EqualTo(9));
            Assert.That(pairs.Input.Mask![..6], Is.EqualTo((bool[])[true, true, true, false, true, true]));
        }
    }

    [Test]
    public void WhatDoesNotFit_IsRefused()
    {
        using (Assert.EnterMultipleScope())
        {
            Refused(() => Windows.Of(s_two, 0), "length of at least 1");
            Refused(() => Windows.Of(s_two, 1, 0), "horizon of at least 1");
            Refused(() => Windows.Of(s_two, 5), "at least 6 steps");
            Refused(() => Windows.Of(s_two, 1, 1, new() { Stride = 0 }), "stride");
            Refused(() => Windows.Of(s_two, 1, 1, new() { Season = 0 }), "season");
            Refused(() => Windows.Of(s_two, 1, 1, new() { Features = ["x"] }), "no column 'x'");
            Refused(() => Windows.Of(s_two.Difference(), 1, 2), "differenced at a lag of 1");
            Refused(() => Windows.Of(s_two, 2, 1, new() { StepsAreFeatures = true, TargetAtEveryStep = true }), "choose one");
            Refused(() => Windows.InRows([], 1), "at least one series");
            Refused(() => Windows.InRows([s_two], 0), "at least 1 row");
            Refused(() => Windows.InRows([TimeSeries.Of("short", [1])], 1), "at least 2 steps, got 1 in 'short'");
        }
    }

    /// <summary>The two figures to beat: the root mean squared error over the last 48 months, by hand and by the metrics.</summary>
    [Test]
    public void AirlinePassengers_NaiveAndSeasonalNaive()
    {
        IReadOnlyList<double> months = AirlinePassengers.Monthly.Column("passengers");
        double ByHand(int lag) => Math.Sqrt(Enumerable.Range(96, 48).Average(month => Math.Pow(months[month] - months[month - lag], 2)));
        Assert.That(months, Has.Count.EqualTo(144));
        Assert.That(ByHand(1), Is.EqualTo(48.0).Within(0.05));
        Assert.That(ByHand(12), Is.EqualTo(41.9).Within(0.05));

        TimeSeries changed = AirlinePassengers.Monthly.Logarithm().Difference(12);
        TimeSeries scaled = Scaler.Fit(ScalerKind.Standard, changed.Part(0, 60)).Apply(changed);
        foreach ((TimeSeries series, int from) in new[] { (AirlinePassengers.Monthly, 96), (scaled, 84) })
        {
            Dataset test = Windows.Of(series, 3, 1, new() { From = from, Season = 12 });
            Predictions zeros = new(test, test.Target, new float[48]);
            Assert.That(test.Samples, Is.EqualTo(48));
            Assert.That(Metric.RootMeanSquaredError.OfBaseline("naive").Evaluate(zeros), Is.EqualTo(ByHand(1)).Within(1e-3));
            Assert.That(Metric.RootMeanSquaredError.OfBaseline("seasonal_naive").Evaluate(zeros), Is.EqualTo(ByHand(12)).Within(1e-3));
        }
    }

    /// <summary>Errors are in the user's units, whatever the model sees; the targets themselves err by nothing.</summary>
    [Test]
    public void Metrics_AreInTheUsersUnits()
    {
        Scaler scaler = Scaler.Fit(ScalerKind.MinMax, s_two);
        Dataset data = Windows.Of(scaler.Apply(s_two), 2);
        float[] right = data.Target.Values!;
        // 'a' is scaled by 15, 'b' by 4: a tenth too much is 1.5 and 0.4.
        Predictions exact = new(data, data.Target, right), above = new(data, data.Target, [.. right.Select(value => value + 0.1f)]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Metric.RootMeanSquaredError.Evaluate(exact), Is.Zero);
            Assert.That(Metric.MeanAbsoluteError.ForColumn("a").Evaluate(above), Is.EqualTo(1.5).Within(1e-5));
            Assert.That(Metric.MeanAbsoluteError.ForColumn("b").Evaluate(above), Is.EqualTo(0.4).Within(1e-5));
            Assert.That(Metric.R2.ForColumn("b").Evaluate(exact), Is.EqualTo(1));
            Assert.That(Metric.MeanAbsoluteScaledError([3, 2]).Evaluate(above), Is.EqualTo((1.5 / 3 + 0.4 / 2) / 2).Within(1e-5));
            Assert.That(data.Part(1, 2).Target.Baselines.Single().Values, Is.EqualTo(data.Target.Baselines.Single().Values[2..]));
            Refused(() => Metric.R2.ForColumn("c").Evaluate(exact), "no column 'c'; they have 'a', 'b'");
            Refused(() => Metric.R2.OfBaseline("seasonal_naive").Evaluate(exact), "no baseline 'seasonal_naive'; they have 'naive'");
        }
    }

    private static void Refused(Func<object> act, string part) => Assert.That(act, Throws.TypeOf<ResearchException>().With.Message.Contains(part));
}
