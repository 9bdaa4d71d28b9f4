using Research.Framework.Managed;
using Research.Plain.Engine;

namespace Research.Plain.Fuzz;

/// <summary>
/// Random models on the built-in engine and on the plain one: predictions, counts, losses, gradients, updates, states. How many
/// there are is 150, or what RESEARCH_FUZZ says.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class RandomModelTests
{
    [TestCaseSource(nameof(Cases))]
    public void Engines_Agree(int first, int count) => RandomModelCheck.RequireAgreement(new ManagedEngine(), new PlainEngine(), first, count);

    private static IEnumerable<TestCaseData> Cases() => RandomModelCheck.Cases("");
}
