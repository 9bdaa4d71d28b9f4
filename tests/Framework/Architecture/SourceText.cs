using System.Text.RegularExpressions;

namespace Research.Framework.Tests.Architecture;

/// <summary>The house rules on one source file's text.</summary>
internal static partial class SourceText
{
    /// <summary>What breaks the rules on namespaces and types.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="fileName">Its name, e.g. <c>Expr.cs</c>.</param>
    /// <param name="folderNamespace">The namespace its folder stands for.</param>
    public static IEnumerable<string> LayoutFindings(string text, string fileName, string folderNamespace)
    {
        string code = WithoutCommentsAndText(text);
        string[] types = [.. TypeDeclaration().Matches(code).Select(match => match.Groups["name"].Value)];
        string[] publicTypes = [.. TypeDeclaration().Matches(code).Where(match => match.Groups["public"].Success).Select(match => match.Groups["name"].Value).Distinct()];
        if (NamespaceBlock().IsMatch(code)) yield return "expected a file-scoped namespace, got a block";
        string? declared = FileScopedNamespace().Match(code) is { Success: true } match ? match.Groups["name"].Value : null;

        // Top-level statements and files of attributes stand in no namespace.
        if (declared is null && types.Length > 0) yield return $"expected namespace {folderNamespace}, got none";
        if (declared is not null && declared != folderNamespace) yield return $"expected namespace {folderNamespace}, got {declared}";
        if (publicTypes.Length > 1) yield return $"expected one public type, got {string.Join(", ", publicTypes)}";
        string stem = fileName.Split('.')[0];
        if (publicTypes.Length == 1 && publicTypes[0] != stem) yield return $"expected the public type {publicTypes[0]} in {publicTypes[0]}.cs";
    }

    /// <summary>Calls whose result depends on machine, moment or culture.</summary>
    /// <param name="text">The file's text.</param>
    public static IEnumerable<string> BannedSymbols(string text) =>
        Banned().Matches(WithoutCommentsAndText(text)).Select(match => match.Value);

    /// <summary>The code alone; comments and the contents of literals (holes of interpolated strings aside) become nothing.</summary>
    /// <param name="text">The file's text.</param>
    public static string WithoutCommentsAndText(string text) =>
        CommentOrLiteral().Replace(text, match =>
            !match.Groups["interpolated"].Success ? (match.Value[0] == '/' ? "" : "\"\"")
            : string.Concat(Hole().Matches(match.Value).Select(hole => WithoutCommentsAndText(hole.Value))));

    // Comments and literals in one alternation, so that the earlier one wins: "//" in a string is no comment.
    [GeneratedRegex(
        """""
        //[^\n]* | /\*.*?\*/
        | (?<interpolated>\$+@?"""+.*?"""+ | (?:\$@|@\$)"(?:[^"]|"")*" | \$"(?:[^"\\{\n]|\\.|\{\{|\{(?:[^{}"]|"(?:[^"\\\n]|\\.)*"|\{[^{}]*\})*\})*")
        | """+.*?"""+ | @"(?:[^"]|"")*" | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)+'
        """"",
        RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CommentOrLiteral();

    [GeneratedRegex("""\{(?:[^{}]|\{[^{}]*\})*\}""")]
    private static partial Regex Hole();

    // Top-level types stand at the margin, because namespaces are file-scoped.
    [GeneratedRegex(@"^(?:(?<public>public)\s+|(?:internal|file|sealed|static|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|interface|enum|struct|record(?:\s+(?:class|struct))?|delegate\s+[\w<>,.?\[\] ]+?)\s+(?<name>\w+)\s*(?=[<({:;\s])", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex FileScopedNamespace();

    [GeneratedRegex(@"^namespace\s+[\w.]+\s*\{", RegexOptions.Multiline)]
    private static partial Regex NamespaceBlock();

    [GeneratedRegex(
        """
        \bnew\s+(?:System\.)?Random\s*\( | \bRandom\s+\w+\s*=\s*new\s*\( | \bRandom\.Shared\b
        | \bDateTime\.(?:Now|UtcNow|Today)\b | \bDateTimeOffset\.(?:Now|UtcNow)\b | \bEnvironment\.TickCount(?:64)?\b
        | \bCultureInfo\.Current(?:UI)?Culture\b
        | \b(?:MathF|Math|[Dd]ouble|[Ff]loat|Single)\.(?:Exp|Log|Log2|Log10|Tanh|Sinh|Cosh|Pow|Sin|Cos|Tan)\s*(?=\()
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Banned();
}
