using Research.Datasets.Series;
using Research.Framework;

namespace Research.Datasets.Tests.Series;

public class TimeSeriesTests
{
    private static readonly TimeSeries s_two = new("two", ["a", "b"], [[1, 2, 4, 8, 16], [5, 4, 3, 2, 1]]);

    [Test]
    public void Construction_RefusesWhatIsNotASeries()
    {
        using (Assert.EnterMultipleScope())
        {
            Refused(() => new TimeSeries("s", [], []), "at least one column");
            Refused(() => new TimeSeries("s", ["a", "a"], [[1], [1]]), "2 columns are called 'a'");
            Refused(() => new TimeSeries("s", [" "], [[1]]), "columns with a name each");
            Refused(() => new TimeSeries("s", ["a"], [[]]), "at least one time step");
            Refused(() => new TimeSeries("s", ["a", "b"], [[1, 2], [1]]), "'b': expected 2 numbers");
            Refused(() => new TimeSeries("s", ["a"], [[1, double.NaN]]), "step 1: expected a finite number");
            Refused(() => new TimeSeries("s", ["a"], [[1, 1e300]]), "single precision");
            Refused(() => new TimeSeries("s", ["a"], [[1, 2]], [new(2000, 1, 1)]), "2 times");
            Refused(() => new TimeSeries("s", ["a"], [[1, 2]], [new(2000, 1, 2), new(2000, 1, 1)]), "step 1: expected a time after");
            Refused(() => s_two.Column("c"), "no column 'c'; it has 'a', 'b'");
        }
    }

    [Test]
    public void Splits_ByIndexShareAndTime()
    {
        TimeSeries airline = AirlinePassengers.Monthly;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(s_two.SplitAt(2).Before.Column("a"), Is.EqualTo((double[])[1, 2]));
            Assert.That(s_two.SplitAt(2).After.Column("b"), Is.EqualTo((double[])[3, 2, 1]));
            Assert.That(s_two.SplitAtShare(0.8).Index, Is.EqualTo(4));
            Assert.That(airline.SplitAtTime(new(1957, 1, 1)).After.Length, Is.EqualTo(48));
            Assert.That(airline.SplitAtTime(new(1956, 12, 15)).After.Times![0], Is.EqualTo(new DateTime(1957, 1, 1)));
            Refused(() => s_two.SplitAt(0), "from 1 to 4");
            Refused(() => s_two.SplitAtShare(1), "share");
            Refused(() => s_two.SplitAtShare(0.1), "from 1 to 4");
            Refused(() => s_two.SplitAtTime(new(2000, 1, 1)), "no times");
            Refused(() => airline.SplitAtTime(new(1970, 1, 1)), "up to 1960-12-01");
            Refused(() => s_two.Part(3, 3), "steps 0 to 4");
        }
    }

    [Test]
    public void Differences_AndTheirInverse()
    {
        double[] values = [3, 1, 4, 1, 5, 9, 2, 6];
        foreach (int lag in (int[])[1, 2, 5])
        {
            double[] differences = Differences.Of(values, lag);
            Assert.That(differences, Has.Length.EqualTo(8 - lag));
            Assert.That(Differences.Inverse(differences, values[..lag], lag), Is.EqualTo(values[lag..]));
        }

        Assert.That(Differences.Of(values, 2)[0], Is.EqualTo(1));
        Refused(() => Differences.Of(values, 8), "lag from 1 to 7");
        Refused(() => Differences.Inverse([1], [1], 2), "lag from 1 to 1");
    }

    /// <summary>Whatever is done to it, in whatever order, a series knows the way back.</summary>
    [Test]
    public void InUnits_UndoesEverything()
    {
        TimeSeries airline = AirlinePassengers.Monthly;
        TimeSeries scaled = Scaler.Fit(ScalerKind.Standard, airline.Part(0, 72)).Apply(airline);
        TimeSeries[] changed =
        [
            airline.Logarithm(), airline.Difference(), airline.Difference(12).Difference(), airline.Logarithm().Difference(12), scaled, scaled.Difference(3),
            Scaler.Fit(ScalerKind.MinMax, airline.Difference().Part(0, 50)).Apply(airline.Difference()), Scaler.Fit(ScalerKind.MinMax, scaled).Apply(scaled).Difference(2).Part(7, 40),
        ];
        foreach (TimeSeries series in changed)
        {
            int first = airline.Times!.ToList().IndexOf(series.Times![0]);
            Assert.That(series.InUnits().Column("passengers"), Is.EqualTo(airline.Column("passengers").Skip(first).Take(series.Length)).Within(1e-9));
        }

        Refused(() => airline.Difference().Logarithm(), "logarithm first");
        Refused(() => TimeSeries.Of("s", [1, 0]).Logarithm(), "step 1: expected a number above 0");
        Refused(() => s_two.Difference(5), "lag from 1 to 4");
    }

    [Test]
    public void Scaler_KnowsTheTrainingPartAlone()
    {
        Scaler minMax = Scaler.Fit(ScalerKind.MinMax, s_two.Part(0, 3)), standard = Scaler.Fit(ScalerKind.Standard, s_two.Part(0, 2)), none = Scaler.Fit(ScalerKind.None, s_two);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(minMax.Apply(s_two).Column("a"), Is.EqualTo((double[])[0, 1 / 3.0, 1, 7 / 3.0, 5]).Within(1e-15));
            Assert.That(minMax.Apply(s_two).Column("b"), Is.EqualTo((double[])[1, 0.5, 0, -0.5, -1]));
            Assert.That(standard.Apply(s_two).Column("a"), Is.EqualTo((double[])[-1, 1, 5, 13, 29]));
            Assert.That(none.Apply(s_two).Column("a"), Is.EqualTo(s_two.Column("a")));
            Assert.That(minMax.Inverse("a", 5), Is.EqualTo(16));
            Assert.That(Scaler.Fit(ScalerKind.Standard, TimeSeries.Of("flat", [7, 7])).Apply(TimeSeries.Of("flat", [7, 9])).Column("flat"), Is.EqualTo((double[])[0, 2]));
            Assert.That(Scaler.Fit(ScalerKind.MinMax, TimeSeries.Of("s", [0, 1]), TimeSeries.Of("s", [3, 4])).Inverse("s", 1), Is.EqualTo(4));
            Refused(() => minMax.Apply(TimeSeries.Of("c", [1])), "a column that was fitted ('a', 'b'), got 'c'");
            Refused(() => Scaler.Fit(ScalerKind.None), "at least one series");
        }
    }

    private static void Refused(Func<object> act, string part) => Assert.That(act, Throws.TypeOf<ResearchException>().With.Message.Contains(part));
}
