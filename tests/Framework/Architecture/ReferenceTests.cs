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
    public void Wrong_FindsTheWayBackAndUnknownProjects()
    {
        Assert.That(ProjectReferences.Wrong("Framework", ["Cells"]), Is.EqualTo((string[])["Framework -> Cells"]));
        Assert.That(ProjectReferences.Wrong("Cells", ["Framework", "Datasets"]), Is.EqualTo((string[])["Cells -> Datasets"]));
        Assert.That(ProjectReferences.Wrong("Unheard", []), Is.Not.Empty);
    }

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
}
