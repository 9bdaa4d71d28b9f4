using Research.Plain.Engine;
using Research.Plain.Fuzz;

namespace Research.Torch.Tests;

/// <summary>Random models on torch and on the plain engine, as <see cref="RandomModelCheck"/> says.</summary>
public sealed class RandomModelTests
{
    [TestCaseSource(nameof(Cases))]
    public void Torch_AgreesWithPlainLoops(int first, int count) => RandomModelCheck.RequireAgreement(Torches.Modules, new PlainEngine(), first, count);

    // A cell whose output is a sigmoid, judged by cross-entropy in a row that is masked throughout: what it yields is 0, and no sigmoid.
    [TestCase(363)]
    public void ModelThatOnceDiffered_Agrees(int seed) => RandomModelCheck.RequireAgreement(Torches.Modules, new PlainEngine(), seed, 1);

    private static IEnumerable<TestCaseData> Cases() => RandomModelCheck.Cases(" on torch");
}
