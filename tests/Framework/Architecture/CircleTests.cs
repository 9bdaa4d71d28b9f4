namespace Research.Framework.Tests.Architecture;

/// <summary>No two namespaces of an assembly know each other, directly or by way of others: rooms are built one on another.</summary>
public class CircleTests
{
    private static IEnumerable<string> AssemblyNames() => ProjectReferences.AssemblyNames;

    [TestCaseSource(nameof(AssemblyNames))]
    public void Namespaces_FormNoCircle(string assemblyName)
    {
        NamespaceReferences references = NamespaceReferences.Of(PathOf(assemblyName));
        string[] lines = [.. references.Circles([]).SelectMany(circle => references.Within(circle).Prepend($"Circle: {string.Join(", ", circle)}"))];
        Assert.That(lines, Is.Empty, string.Join('\n', lines));
    }

    private static string PathOf(string assemblyName) => Path.Combine(AppContext.BaseDirectory, assemblyName + ".dll");
}
