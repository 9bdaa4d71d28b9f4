using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Tests;

public sealed class SeedStatisticsTests
{
    [Test]
    public void KnownSample_HasTheTextbookInterval()
    {
        // 1..5: mean 3, s² = 10 / 4, t(0.975, 4) = 2.776445 (any table), half width 2.776445 · 1.581139 / 2.236068.
        SeedStatistics statistics = SeedStatistics.Of([4, 2, 5, 1, 3]);
        Assert.That(statistics.Count, Is.EqualTo(5));
        Assert.That(statistics.Mean, Is.EqualTo(3));
        Assert.That(statistics.StandardDeviation, Is.EqualTo(1.5811388300841898).Within(1e-12));
        Assert.That(statistics.Minimum, Is.EqualTo(1));
        Assert.That(statistics.Maximum, Is.EqualTo(5));
        Assert.That(statistics.ConfidenceLow, Is.EqualTo(3 - 1.963243).Within(1e-6));
        Assert.That(statistics.ConfidenceHigh, Is.EqualTo(3 + 1.963243).Within(1e-6));
    }

    [TestCase(2, 12.706205)]
    [TestCase(20, 2.093024)]
    [TestCase(200, 1.971957)]
    public void HalfWidth_IsStudentsQuantileTimesTheStandardError(int count, double quantile)
    {
        SeedStatistics statistics = SeedStatistics.Of([.. Enumerable.Range(0, count).Select(i => (double)(i * 7 % count))]);
        Assert.That(statistics.ConfidenceHalfWidth, Is.EqualTo(quantile * statistics.StandardDeviation / Math.Sqrt(count)).Within(1e-6).Percent.Or.EqualTo(quantile * statistics.StandardDeviation / Math.Sqrt(count)).Within(1e-5));
    }

    [Test]
    public void EqualValues_HaveTheirOwnValueAsMeanAndNoSpread()
    {
        SeedStatistics statistics = SeedStatistics.Of([.. Enumerable.Repeat(0.1, 23)]);
        Assert.That(statistics.Mean, Is.EqualTo(0.1));
        Assert.That(statistics.StandardDeviation, Is.Zero);
        Assert.That(statistics.ConfidenceHalfWidth, Is.Zero);
    }

    [Test]
    public void OneValue_HasNoInterval()
    {
        SeedStatistics statistics = SeedStatistics.Of([0.84]);
        Assert.That(statistics.Mean, Is.EqualTo(0.84));
        Assert.That(statistics.StandardDeviation, Is.NaN);
        Assert.That(statistics.ConfidenceLow, Is.NaN);
        Assert.That(statistics.ConfidenceHigh, Is.NaN);
    }

    [Test]
    public void NoValue_Refused() => Assert.That(() => SeedStatistics.Of([]), Throws.TypeOf<ResearchException>());

    [Test]
    public void LargeOffset_DoesNotDrownTheSpread() =>
        Assert.That(SeedStatistics.Of([1e9 + 1, 1e9 + 2, 1e9 + 3]).StandardDeviation, Is.EqualTo(1).Within(1e-9));
}
