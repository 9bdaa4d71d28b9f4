using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Research.Framework.Tests.Architecture;

/// <summary>The repository on disk, found from this file's own place.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    /// <summary>Projects of src.</summary>
    public static IReadOnlyList<string> Projects { get; } = Files("*.csproj");

    /// <summary>C# files of src.</summary>
    public static IReadOnlyList<string> Sources { get; } = Files("*.cs");

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The namespace that a file's folder stands for: the nearest project's root namespace, then its folders.</summary>
    public static string FolderNamespace(string source)
    {
        string folder = Path.GetDirectoryName(source)!;
        string project = Projects.Where(candidate => IsWithin(folder, Path.GetDirectoryName(candidate)!)).MaxBy(candidate => candidate.Length)
            ?? throw new InvalidOperationException($"{Relative(source)} belongs to no project.");
        string root = XDocument.Load(project).Descendants("RootNamespace").FirstOrDefault()?.Value
            ?? "Research." + Path.GetFileNameWithoutExtension(project);
        string inside = Path.GetRelativePath(Path.GetDirectoryName(project)!, folder).Replace('\\', '/');
        return inside == "." ? root : root + "." + inside.Replace('/', '.');
    }

    private static bool IsWithin(string folder, string parent) =>
        folder == parent || folder.StartsWith(parent + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string[] Files(string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "src"), pattern, SearchOption.AllDirectories)
            .Where(path => !Relative(path).Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal),
    ];

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        foreach (string start in (string[])[Path.GetDirectoryName(thisFile)!, AppContext.BaseDirectory])
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Research.sln"))) return folder.FullName;
            }
        }

        throw new InvalidOperationException($"Expected Research.sln in a folder above {thisFile} or {AppContext.BaseDirectory}; run the tests inside a clone.");
    }
}
