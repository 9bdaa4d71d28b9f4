using System.Runtime.CompilerServices;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;

namespace Research.Snapshots;

public class OrphanTests
{
    [Test]
    public void VerifiedFiles_BelongToTests()
    {
        string[] orphans = [.. Orphans(ProjectFolder(), Names(typeof(OrphanTests).Assembly.GetTypes()))];
        Assert.That(orphans, Is.Empty, "A verified file belongs to no test: rename it with its test, or delete it.");
    }

    [Test]
    public void Orphans_NamesFilesWithoutTest()
    {
        string folder = Directory.CreateTempSubdirectory("snapshots").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "Deeper"));
            foreach (string name in (string[])["OrphanTests.Kept_letter=A", "OrphanTests.Kept_letter=C", "OrphanTests.Gone", "Deeper/OrphanTests.Kept_letter=B", "Deeper/Gone.Test"])
                File.WriteAllText(Path.Combine(folder, name + ".verified.txt"), "text");
            string[] orphans = [.. Orphans(folder, Names([typeof(OrphanTests)])).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))];
            Assert.That(orphans, Is.EquivalentTo((string[])["OrphanTests.Kept_letter=C.verified.txt", "OrphanTests.Gone.verified.txt", "Deeper/Gone.Test.verified.txt"]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCase('A')]
    [TestCase('B')]
    public void Kept(char letter) => Assert.That(Names([typeof(OrphanTests)]), Does.Contain($"OrphanTests.Kept_letter={letter}"));

    private static IEnumerable<string> Orphans(string folder, IReadOnlySet<string> names) =>
        from file in Directory.EnumerateFiles(folder, "*.verified.txt", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(folder, file).Replace('\\', '/')
        where !relative.StartsWith("bin/", StringComparison.Ordinal) && !relative.StartsWith("obj/", StringComparison.Ordinal)
        where !names.Contains(Path.GetFileName(file)[..^".verified.txt".Length])
        orderby relative
        select file;

    // Asked of NUnit itself rather than of the running tree, which a filter may have pruned.
    private static HashSet<string> Names(IEnumerable<Type> types)
    {
        HashSet<string> names = [];
        DefaultSuiteBuilder builder = new();
        foreach (Type type in types)
        {
            TypeWrapper wrapper = new(type);
            if (builder.CanBuildFrom(wrapper)) Collect(builder.BuildFrom(wrapper), names);
        }

        return names;
    }

    private static void Collect(Test test, HashSet<string> names)
    {
        // Cases whose arguments have no name cannot have a snapshot either.
        if (!test.IsSuite && test is { TypeInfo: not null, Method: not null } && test.Arguments.All(argument => argument is null or string or IConvertible))
            names.Add(SnapshotNames.Of(test));
        foreach (Test child in test.Tests.OfType<Test>()) Collect(child, names);
    }

    private static string ProjectFolder([CallerFilePath] string sourceFile = "") => Path.GetDirectoryName(sourceFile)!;
}
