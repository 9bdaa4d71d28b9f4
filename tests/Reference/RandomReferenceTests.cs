using Research.Reference.Plain;

namespace Research.Reference;

/// <summary>
/// Random combinations of layers, options, losses and optimizers against a plain implementation in double precision, in the
/// format and by the checks of the reference files.
/// </summary>
[Category("Reference")]
[Parallelizable(ParallelScope.Children)]
public class RandomReferenceTests
{
    [TestCaseSource(nameof(Cases))]
    public void File_Agrees(string group, int seed, bool handRolled, string engine) =>
        ReferenceTests.Run(RandomFile.Make(group, seed), handRolled ? CellKind.HandRolled : CellKind.Equations, Engines.Named(engine));

    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (string engine in Engines.All.Select(engine => engine.Name))
        {
            foreach ((string group, int count) in new[] { ("forward", 24), ("gradient", 24), ("train", 20) })
            {
                for (int seed = 1; seed <= count; seed++)
                {
                    string name = FormattableString.Invariant($"random_{group}_{seed}, {engine}");
                    yield return new TestCaseData(group, seed, false, engine).SetName(name);
                    if (seed % 2 == 0) yield return new TestCaseData(group, seed, true, engine).SetName(name + " (hand-rolled)");
                }
            }
        }
    }
}
