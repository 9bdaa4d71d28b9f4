using Research.Plain.Engine;
using Research.Plain.Fuzz;

namespace Research.Torch.Tests;

/// <summary>Random models on torch and on the plain engine, as <see cref="RandomModelCheck"/> says.</summary>
public sealed class RandomModelTests
{
    [TestCaseSource(nameof(Cases))]
    public void Torch_AgreesWithPlainLoops(int first, int count) => RandomModelCheck.RequireAgreement(Torches.Modules, new PlainEngine(), first, count);

    private static IEnumerable<TestCaseData> Cases() => RandomModelCheck.Cases(" on torch");
}
