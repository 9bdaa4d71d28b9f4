using System.Globalization;
using NUnit.Framework.Internal;
using Research.Framework;
using Research.Framework.Engine;
using Research.Plain.Engine;
using Research.Plain.Fuzz;

namespace Research.Torch.Tests;

/// <summary>Random models on torch and on the plain engine: predictions, counts, losses, gradients, updates, states. How many there are is 150, or what RESEARCH_FUZZ says.</summary>
public sealed class RandomModelTests
{
    private static readonly IEngine s_torch = Torches.Modules, s_plain = new PlainEngine();

    private const int AtOnce = 10;

    [TestCaseSource(nameof(FirstSeeds))]
    public void Torch_AgreesWithPlainLoops(int first, int count)
    {
        string[] differences = [.. Enumerable.Range(first, count).Select(Difference).OfType<string>()];
        Assert.That(differences, Is.Empty, string.Join("\n\n", differences));
    }

    private static string? Difference(int seed)
    {
        RandomModel? model = null;
        using TestExecutionContext.IsolatedContext alone = new();
        try
        {
            model = new RandomModel(seed);
            using Comparison comparison = new(model.Case, s_torch, s_plain, seed);
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

    private static IEnumerable<TestCaseData> FirstSeeds()
    {
        int models = int.TryParse(Environment.GetEnvironmentVariable("RESEARCH_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 150;
        for (int first = 1; first <= models; first += AtOnce)
        {
            int count = Math.Min(AtOnce, models - first + 1);
            yield return new TestCaseData(first, count).SetName(FormattableString.Invariant($"models {first} to {first + count - 1} on torch"));
        }
    }
}
