using System.Globalization;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>
/// Random plans, data and settings, most of them somewhere wrong: each runs, or is refused in words. How many there are is
/// 10,000, or what RESEARCH_FUZZ_CASES says. A fault is shown with the least that has it, and with its seed.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class FuzzTests
{
    private const int AtOnce = 500;

    [TestCaseSource(nameof(Plans))]
    public void Plans_RunOrAreRefused(int first, int count) => Try(first, count, PlanCase.Draw);

    [TestCaseSource(nameof(Settings))]
    public void Settings_RunOrAreRefused(int first, int count) => Try(first, count, OverrideCase.Draw);

    private static void Try(int first, int count, Func<int, IFuzzCase> draw)
    {
        Dictionary<string, string> faults = [];
        int ran = 0, refused = 0;
        for (int seed = first; seed < first + count; seed++)
        {
            IFuzzCase tried = draw(seed);
            FuzzVerdict verdict = FuzzVerdict.Of(tried);
            if (verdict.Fault is null)
            {
                if (verdict.Refusal is null) ran++;
                else refused++;
                continue;
            }

            // One of each kind is enough.
            string kind = verdict.Kind!;
            if (!faults.ContainsKey(kind)) faults.Add(kind, $"{verdict.Shrink(tried)}\n{verdict.Fault}");
        }

        Assert.That(faults.Values, Is.Empty, string.Join("\n\n", faults.Values));

        TestContext.Out.WriteLine($"{ran} ran, {refused} were refused");

        // What is always refused, or never, proves nothing.
        Assert.That(Math.Min(ran, refused), Is.GreaterThanOrEqualTo(count / 20), $"{ran} ran, {refused} were refused");
    }

    private static IEnumerable<TestCaseData> Plans() => FirstSeeds("plans");

    private static IEnumerable<TestCaseData> Settings() => FirstSeeds("settings");

    // Half of them plans, half settings.
    private static IEnumerable<TestCaseData> FirstSeeds(string kind)
    {
        int cases = int.TryParse(Environment.GetEnvironmentVariable("RESEARCH_FUZZ_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 10_000;
        for (int first = 1; first <= cases / 2; first += AtOnce)
        {
            int count = Math.Min(AtOnce, cases / 2 - first + 1);
            yield return new TestCaseData(first, count).SetName(FormattableString.Invariant($"{kind} {first} to {first + count - 1}"));
        }
    }
}
