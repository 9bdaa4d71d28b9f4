using System.Globalization;
using NUnit.Framework.Internal;
using Research.Framework;
using Research.Framework.Engine;

namespace Research.Plain.Fuzz;

/// <summary>Random models on two engines, some at once: a model that differs must not keep the others from being looked at.</summary>
internal static class RandomModelCheck
{
    private const int AtOnce = 10;

    /// <summary>Cases of so many models each, 150 in all, or as many as RESEARCH_FUZZ says.</summary>
    /// <param name="where">What their names end in.</param>
    public static IEnumerable<TestCaseData> Cases(string where)
    {
        int models = int.TryParse(Environment.GetEnvironmentVariable("RESEARCH_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 150;
        for (int first = 1; first <= models; first += AtOnce)
        {
            int count = Math.Min(AtOnce, models - first + 1);
            yield return new TestCaseData(first, count).SetName(FormattableString.Invariant($"models {first} to {first + count - 1}{where}"));
        }
    }

    public static void RequireAgreement(IEngine one, IEngine other, int first, int count)
    {
        string[] differences = [.. Enumerable.Range(first, count).Select(seed => Difference(one, other, seed)).OfType<string>()];
        Assert.That(differences, Is.Empty, string.Join("\n\n", differences));
    }

    private static string? Difference(IEngine one, IEngine other, int seed)
    {
        RandomModel? model = null;
        using TestExecutionContext.IsolatedContext alone = new();
        try
        {
            model = new RandomModel(seed);
            using Comparison comparison = new(model.Case, one, other, seed);
            comparison.Run();
            return null;
        }
        catch (Exception failure)
        {
            string what = failure is AssertionException or ResearchException ? failure.Message.Trim() : failure.ToString();
            return model is null ? $"seed {seed}: {what}"
                : $"seed {seed}: {what}\n{model.Objective.Optimizer}, {model.Objective.EarlierBatches} earlier batches, {string.Join("; ", model.Objective.Losses)}\n{model.Graph}";
        }
    }
}
