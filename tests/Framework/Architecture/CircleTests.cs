namespace Research.Framework.Tests.Architecture;

/// <summary>No two namespaces of an assembly know each other, directly or by way of others: rooms are built one on another.</summary>
public class CircleTests
{
    // References that close a circle today, each with the reason why it is still there. None may be added.
    internal static readonly Dictionary<string, string> Known = new()
    {
        ["Research.Framework.Engine -> Research.Framework.Training: IEngine uses TrainingOptions"] = "goes when an engine compiles an objective, without the loop around it",
        ["Research.Framework.Equations -> Research.Framework.Models: SameEquations uses Tracer"] = "goes when a cell is traced in Equations, without a model around it",
    };

    private static IEnumerable<string> AssemblyNames() =>
        ProjectReferences.Allowed.Keys
            .Select(project => project == "Hosting" ? "Research.Framework.Hosting" : "Research." + project)
            .Where(name => File.Exists(PathOf(name)));

    [TestCaseSource(nameof(AssemblyNames))]
    public void Namespaces_FormNoCircle(string assemblyName)
    {
        NamespaceReferences references = NamespaceReferences.Of(PathOf(assemblyName));
        string[] lines = [.. references.Circles(Known.Keys).SelectMany(circle => references.Within(circle).Prepend($"Circle: {string.Join(", ", circle)}"))];
        Assert.That(lines, Is.Empty, string.Join('\n', lines));
    }

    [Test]
    public void KnownCircles_AreStillThere()
    {
        IEnumerable<string> all = AssemblyNames().SelectMany(name => NamespaceReferences.Of(PathOf(name)).All);
        Assert.That(Known.Keys.Except(all), Is.Empty, "This circle is mended: take it off the list.");
    }

    private static string PathOf(string assemblyName) => Path.Combine(AppContext.BaseDirectory, assemblyName + ".dll");
}
