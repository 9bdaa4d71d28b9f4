using System.Xml.Linq;

namespace Research.Framework.Tests.Architecture;

public class ReferenceTests
{
    [Test]
    public void Projects_ReferenceOneWay()
    {
        string[] wrong =
        [
            .. from project in RepositoryFiles.Projects
               let references = XDocument.Load(project).Descendants("ProjectReference")
                   .Select(reference => Name(reference.Attribute("Include")!.Value))
               from finding in ProjectReferences.Wrong(Name(project), references)
               select finding,
        ];
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Projects_AreAllFound() =>
        Assert.That(RepositoryFiles.Projects.Select(Name), Is.SupersetOf(ProjectReferences.Allowed.Keys));

    [Test]
    public void Friends_AreTestProjects_EachWithItsReason()
    {
        string[] tests = [.. Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "tests"), "*.?sproj", SearchOption.AllDirectories).Select(AssemblyName)];
        string[] wrong =
        [
            .. from project in RepositoryFiles.Projects
               from friend in XDocument.Load(project).Descendants("InternalsVisibleTo")
               let name = friend.Attribute("Include")!.Value
               let finding = !tests.Contains(name) ? "is no project under tests" : !HasReason(friend) ? "has no comment above it that says why" : null
               where finding is not null
               select $"{RepositoryFiles.Relative(project)}: the friend '{name}' {finding}",
        ];
        Assert.That(wrong, Is.Empty);
        Assert.That(RepositoryFiles.Sources.Where(source => File.ReadAllText(source).Contains("InternalsVisibleTo", StringComparison.Ordinal)), Is.Empty, "Friends are named in the project file.");
    }

    [Test]
    public void HasReason_LooksAtTheLineAbove()
    {
        XElement group = XElement.Parse("<ItemGroup><A/><!-- Why. --><B/><C/><!-- --><D/></ItemGroup>");
        Assert.That(group.Elements().Select(HasReason), Is.EqualTo((bool[])[false, true, false, false]));
    }

    [Test]
    public void Wrong_FindsTheWayBackAndUnknownProjects()
    {
        Assert.That(ProjectReferences.Wrong("Framework", ["Cells"]), Is.EqualTo((string[])["Framework -> Cells"]));
        Assert.That(ProjectReferences.Wrong("Cells", ["Framework", "Datasets"]), Is.EqualTo((string[])["Cells -> Datasets"]));
        Assert.That(ProjectReferences.Wrong("Unheard", []), Is.Not.Empty);
    }

    private static bool HasReason(XElement friend) => friend.PreviousNode is XComment comment && comment.Value.Trim().Length > 0;

    private static string AssemblyName(string project) =>
        XDocument.Load(project).Descendants("AssemblyName").FirstOrDefault()?.Value ?? "Research." + Path.GetFileNameWithoutExtension(project);

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
}
