using System.Globalization;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>
/// Random plans, texts, settings and command lines, most of them somewhere wrong: each runs, or is refused in words. How many there are is
/// 10,000, or what RESEARCH_FUZZ_CASES says. A fault is shown with the least that has it, and with its seed.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class FuzzTests
{
    private const int AtOnce = 500, Kinds = 4;

    [TestCaseSource(nameof(Plans))]
    public void Plans_RunOrAreRefused(int first, int count) => Try(first, count, PlanCase.Draw);

    [TestCaseSource(nameof(Settings))]
    public void Settings_RunOrAreRefused(int first, int count) => Try(first, count, OverrideCase.Draw);

    [TestCaseSource(nameof(Texts))]
    public void Texts_RunOrAreRefused(int first, int count) => Try(first, count, TextCase.Draw);

    [TestCaseSource(nameof(CommandLines))]
    public void CommandLines_RunOrAreRefused(int first, int count) => Try(first, count, CommandLineCase.Draw);

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

    private static IEnumerable<TestCaseData> Texts() => FirstSeeds("texts");

    private static IEnumerable<TestCaseData> CommandLines() => FirstSeeds("command lines");

    // A quarter of them of each kind.
    private static IEnumerable<TestCaseData> FirstSeeds(string kind)
    {
        int cases = int.TryParse(Environment.GetEnvironmentVariable("RESEARCH_FUZZ_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 10_000;
        for (int first = 1; first <= cases / Kinds; first += AtOnce)
        {
            int count = Math.Min(AtOnce, cases / Kinds - first + 1);
            yield return new TestCaseData(first, count).SetName(FormattableString.Invariant($"{kind} {first} to {first + count - 1}"));
        }
    }
}
