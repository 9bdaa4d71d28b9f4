using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Training;

namespace Research.Snapshots;

/// <summary>What the wirings over series reach over seeds, beside forecasts that learn nothing.</summary>
[Parallelizable(ParallelScope.All)]
public class SeriesWiringsTests
{
    private const string Rmse = "root_mean_squared_error";

    /// <summary>Of all variants the one that is best on the validation months, over 10 seeds, beats the seasonal naive forecast on the months after them by far.</summary>
    [Test]
    public void AirlinePassengers_BestByValidation_BeatsSeasonalNaive()
    {
        string[][] variants =
        [
            .. from variant in (string[])["window", "time_steps", "memory", "stacked"]
               from lag in (string[])["0", "1", "12"]
               select (string[])[$"variant={variant}", $"lag={lag}"],
        ];
        (double Validation, double Test)[] means = [.. variants.Select(settings =>
        {
            ExperimentResult[] results = [.. Enumerable.Range(1, 10).AsParallel().AsOrdered().Select(seed => SeriesRuns.Run("airline-passengers", seed, settings))];
            return (results.Average(result => result.Curve($"validation/{Rmse}")[result.BestEpoch!.Value - 1]), results.Average(result => result.Metric(Rmse)));
        })];
        for (int i = 0; i < variants.Length; i++) TestContext.Out.WriteLine(FormattableString.Invariant($"{string.Join(' ', variants[i])}: validation {means[i].Validation:F1}, test {means[i].Test:F1}"));
        (double _, double test) = means.MinBy(mean => mean.Validation);
        Assert.That(test, Is.LessThan(20), "seasonal naive 41.9, naive 48.0");
        Assert.That(Enumerable.Range(0, variants.Length).Where(i => variants[i][1] == "lag=0").Select(i => means[i].Test), Is.All.GreaterThan(41.9), "the raw series outgrows what was learnt");
    }

    [Test]
    public void AirlinePassengers_BaselinesAreRowsOfTheResult()
    {
        ExperimentResult result = SeriesRuns.Run("airline-passengers", 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Metric($"naive/{Rmse}"), Is.EqualTo(48.0).Within(0.05));
            Assert.That(result.Metric($"seasonal_naive/{Rmse}"), Is.EqualTo(41.9).Within(0.05));
            Assert.That(result.Outputs[0].Values, Has.Count.EqualTo(48));
            Assert.That(result.Outputs[0].Values.Average(), Is.InRange(380, 480), "shown predictions are passengers: the months' mean is 429");
        }
    }

    [Test]
    public void Sine_FreeRunningErrsMoreThanOneStepAhead()
    {
        ExperimentResult[] results = [.. Enumerable.Range(1, 10).AsParallel().AsOrdered().Select(seed => SeriesRuns.Run("sine", seed))];
        double one = results.Average(result => result.Metric(Rmse)), free = results.Average(result => result.Metric($"free_running/{Rmse}"));
        TestContext.Out.WriteLine(FormattableString.Invariant($"one step ahead {one:G3}, free-running {free:G3}"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(one, Is.LessThan(0.01), "naive 0.177");
            Assert.That(free, Is.LessThan(0.1), "a wave has 0.707");
            Assert.That(free, Is.GreaterThan(1.5 * one));
            Assert.That(results[0].Output("free_running").TimeSteps, Is.EqualTo(100));
        }
    }

    [Test]
    public void IndependentSeries_NeedsItsMemory()
    {
        double with = SeriesRuns.Mean("independent-series", Rmse, 10), fewRows = SeriesRuns.Mean("independent-series", Rmse, 10, "rows=4"), without = SeriesRuns.Mean("independent-series", Rmse, 10, "memory=false");
        TestContext.Out.WriteLine(FormattableString.Invariant($"12 rows {with:G3}, 4 rows {fewRows:G3}, without memory {without:G3}"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(with, Is.LessThan(0.08));
            Assert.That(fewRows, Is.LessThan(0.08));
            Assert.That(without, Is.GreaterThan(2 * with));
        }
    }

    /// <summary>The new series in a batch of its own is predicted as it is beside rows that are masked.</summary>
    [Test]
    public void IndependentSeries_ABatchOfOne_IsThatOfMany()
    {
        ExperimentPlan plan = SeriesRuns.Plan("independent-series", 3);
        Dataset many = plan.TestData!, one = new()
        {
            Description = "the new series alone",
            Samples = many.Samples / 12,
            Input = new() { TimeSteps = 1, Features = 1, Values = [.. many.Input.Values.Where((_, i) => i % 12 == 0)] },
            Target = new() { Width = 1, Values = [.. many.Target.Values!.Where((_, i) => i % 12 == 0)] },
            Boundaries = [.. many.Boundaries!.Where((_, i) => i % 12 == 0)],
        };
        Seeds seeds = new(3);
        using ICompiledModel model = new ManagedEngine().Compile(plan.Model, 1, plan.Training, seeds);
        _ = new TrainingRun(model, plan.Training.WithEpochs(2), plan.State, seeds).Train(plan.Data);
        float[] beside = Evaluation.Predict(model, many, plan.State, 12)[0].Values, alone = Evaluation.Predict(model, one, plan.State, 1)[0].Values;
        Assert.That(alone, Is.EqualTo(beside.Where((_, i) => i % 12 == 0)).Within(1e-6f));
        Assert.That(alone, Has.Length.AtLeast(19));
    }

    [Test]
    public void Multivariate_FindsBothDrivers()
    {
        double error = SeriesRuns.Mean("multivariate", Rmse, 10), naive = SeriesRuns.Mean("multivariate", $"naive/{Rmse}", 1);
        TestContext.Out.WriteLine(FormattableString.Invariant($"error {error:G3}, naive {naive:G3}"));
        Assert.That(error, Is.InRange(0.1, 0.5), "the noise alone is 0.1; without either driver more than 1 is left");
        Assert.That(naive, Is.GreaterThan(2));
    }

    [Test]
    public void Multivariate_AnyCsv()
    {
        string file = Path.GetTempFileName();
        try
        {
            // Two series of a column that doubles the other's last value.
            File.WriteAllText(file, "place;date;x;y\n" + string.Concat(Enumerable.Range(0, 120).Select(i => FormattableString.Invariant(
                $"{(i % 2 == 0 ? "north" : "south")};{new DateTime(2020, 1, 1).AddDays(i):yyyy-MM-dd};{i / 2 * 7 % 11};{(i / 2 - 1) * 7 % 11 * 2}\n"))));
            string[] settings = [$"file={file}", "target=y", "time=date", "key=place", "separator=;", "window=4"];
            Assert.That(SeriesRuns.Run("multivariate", 1, settings).Metric("r2/y"), Is.GreaterThan(0.8));
            Assert.That(() => SeriesRuns.Run("multivariate", 1, $"file={file}", "target=z", "time=date", "key=place", "separator=;"), Throws.TypeOf<ResearchException>().With.Message.Contains("no column 'z'; it has 'x', 'y'"));
            Assert.That(() => SeriesRuns.Run("multivariate", 1, $"file={file}"), Throws.TypeOf<ResearchException>().With.Message.Contains("the separator seems to be ';'"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void Forecasts_ThatDoNotFit_AreRefusedBeforeTraining()
    {
        ExperimentPlan plan = SeriesRuns.Plan("sine", 1);
        string[] Findings(ForecastProbe forecast) => [.. PlanValidator.Findings(plan with { Forecasts = [forecast] }).Select(finding => finding.Message)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Findings(plan.Forecasts[0]), Is.Empty);
            Assert.That(Findings(plan.Forecasts[0] with { Name = "output" }), Has.Exactly(1).Contains("another output has that name"));
            Assert.That(Findings(plan.Forecasts[0] with { Window = 21 }), Has.Exactly(1).Contains("history of at least 21"));
            Assert.That(Findings(plan.Forecasts[0] with { Metrics = [Framework.Metrics.Metric.Accuracy] }), Has.Exactly(1).Contains("expected class targets"));
        }
    }
}
