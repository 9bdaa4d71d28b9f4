namespace Research.Framework.Tests.Architecture;

/// <summary>No two namespaces of an assembly know each other, directly or by way of others: rooms are built one on another.</summary>
public class CircleTests
{
    private static IEnumerable<string> AssemblyNames() => ProjectReferences.AssemblyNames;

    [TestCaseSource(nameof(AssemblyNames))]
    public void Namespaces_FormNoCircle(string assemblyName) => RequireNone(NamespaceReferences.Of(PathOf(assemblyName)));

    [Test]
    public void Usings_FormNoCircle() => RequireNone(SourceUsings.Of(RepositoryFiles.Sources));

    [Test]
    public void Usings_OfEachKind_AreSeen()
    {
        NamespaceGraph graph = SourceUsings.OfTexts(new Dictionary<string, string>
        {
            ["A.cs"] = "using Other;\nusing R.B;\n\nnamespace R.A;\n",
            ["B.cs"] = "using static R.C.Functions;\n\nnamespace R.B;\n",
            ["C.cs"] = "using Alias = R.A.Type<int>;\n\nnamespace R.C;\n",
            ["D.cs"] = "using R.A;\nusing R.D;\n\nnamespace R.D;\n",
        });
        Assert.That(graph.All, Is.EqualTo((string[])["R.A -> R.B: A.cs names it", "R.B -> R.C: B.cs names it", "R.C -> R.A: C.cs names it", "R.D -> R.A: D.cs names it"]));
        Assert.That(graph.Circles([]), Is.EqualTo((string[][])[["R.A", "R.B", "R.C"]]));
    }

    private static void RequireNone(NamespaceGraph references)
    {
        string[] lines = [.. references.Circles([]).SelectMany(circle => references.Within(circle).Prepend($"Circle: {string.Join(", ", circle)}"))];
        Assert.That(lines, Is.Empty, string.Join('\n', lines));
    }

    private static string PathOf(string assemblyName) => Path.Combine(AppContext.BaseDirectory, assemblyName + ".dll");
}
