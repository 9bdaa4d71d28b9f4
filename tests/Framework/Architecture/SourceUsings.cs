using System.Text.RegularExpressions;

namespace Research.Framework.Tests.Architecture;

/// <summary>
/// Who names whom in the <c>using</c> lines of source files: these show what a compiled assembly no longer does, constants, <c>nameof</c>,
/// attributes and what only documentation speaks of by its short name.
/// </summary>
internal static partial class SourceUsings
{
    /// <summary>Reads some files.</summary>
    /// <param name="paths">C# files with a file-scoped namespace; others are left out.</param>
    public static NamespaceGraph Of(IEnumerable<string> paths) =>
        OfTexts(paths.Select(path => KeyValuePair.Create(RepositoryFiles.Relative(path), SourceText.WithoutCommentsAndText(File.ReadAllText(path)))));

    /// <summary>Reads some texts.</summary>
    /// <param name="files">The text of each file by its name.</param>
    public static NamespaceGraph OfTexts(IEnumerable<KeyValuePair<string, string>> files)
    {
        KeyValuePair<string, string>[] all = [.. files];
        HashSet<string> known = [.. all.Select(file => Namespace(file.Value))];
        NamespaceGraph graph = new();
        foreach ((string name, string text) in all)
        {
            string from = Namespace(text);
            if (from.Length == 0) continue;
            foreach (Match match in Using().Matches(text))
            {
                // Of a type, as static usings and aliases name it, its namespace; another assembly's is none of these.
                string to = match.Groups["name"].Value;
                while (to.Length > 0 && !known.Contains(to)) to = to.Contains('.', StringComparison.Ordinal) ? to[..to.LastIndexOf('.')] : "";
                if (to.Length > 0) graph.Add(from, to, $"{name} names it");
            }
        }

        return graph;
    }

    private static string Namespace(string text) => Declared().Match(text).Groups["name"].Value;

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"^using\s+(static\s+|\w+\s*=\s*)?(?<name>[\w.]+)[\w.<>, ]*;", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Using();
}
