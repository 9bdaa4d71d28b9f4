using System.Text.RegularExpressions;

namespace Research.Framework.Tests.Architecture;

/// <summary>What README.md shows exists: its code stands in compiled, tested files; its commands, options and links lead somewhere.</summary>
public partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "README.md")).ReplaceLineEndings("\n");

    private static IEnumerable<TestCaseData> CodeBlocks() => CodeBlock().Matches(Readme).Select((match, index) =>
        new TestCaseData(match.Groups["source"].Value, match.Groups["code"].Value).SetArgDisplayNames($"block {index}", match.Groups["source"].Value));

    [TestCaseSource(nameof(CodeBlocks))]
    public void Code_StandsInItsSource(string source, string code)
    {
        Assert.That(source, Is.Not.Empty, "Name the file quoted in a comment above the block: <!-- from path -->");
        string[] file = Lines(File.ReadAllText(Path.Combine(RepositoryFiles.Root, source))), quoted = Lines(code);
        bool stands = Enumerable.Range(0, Math.Max(0, file.Length - quoted.Length + 1)).Any(start => file.AsSpan(start, quoted.Length).SequenceEqual(quoted));
        Assert.That(stands, $"README.md quotes {source}, which no longer has these lines:\n{code}");
    }

    // A reader's file is outside Research.*, where the compiler finds nothing that a using does not name.
    [Test]
    public void Code_OfReaders_IsCompiledOutsideOfTheFrameworksNamespaces()
    {
        string[] sources = [.. CodeBlocks().Select(block => (string)block.Arguments[0]!).Where(source => source.StartsWith("tests/", StringComparison.Ordinal) && source.EndsWith(".cs", StringComparison.Ordinal)).Distinct()];
        Assert.That(sources, Has.Length.GreaterThanOrEqualTo(5));
        Assert.That(sources.Where(source => File.ReadAllText(Path.Combine(RepositoryFiles.Root, source)).Contains("namespace Research", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Usings_AreAllThatTheirFileHas()
    {
        TestCaseData[] blocks = [.. CodeBlocks().Where(block => ((string)block.Arguments[1]!).StartsWith("using Research", StringComparison.Ordinal))];
        Assert.That(blocks, Has.Length.GreaterThanOrEqualTo(1));
        foreach (TestCaseData block in blocks)
        {
            string[] file = Lines(File.ReadAllText(Path.Combine(RepositoryFiles.Root, (string)block.Arguments[0]!)));
            Assert.That(Lines((string)block.Arguments[1]!), Is.EqualTo(file.TakeWhile(line => line.StartsWith("using ", StringComparison.Ordinal))));
        }
    }

    [Test]
    public void Code_IsFound() => Assert.That(CodeBlocks().Count(), Is.GreaterThanOrEqualTo(4));

    [Test]
    public void Commands_NameProjectsThatExist()
    {
        string[] projects = [.. Project().Matches(Readme).Select(match => match.Groups["path"].Value).Distinct()];
        Assert.That(projects, Is.Not.Empty);
        Assert.That(projects.Where(path => !Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, path), "*.?sproj").Any()), Is.Empty);
    }

    [Test]
    public void Commands_NameVerbsOptionsAndExperimentsThatExist()
    {
        string hosting = string.Concat(RepositoryFiles.Sources.Where(path => path.Contains("Hosting", StringComparison.Ordinal)).Select(File.ReadAllText));
        string[] experiments = [.. RepositoryFiles.Sources.Where(path => path.Contains("Experiments", StringComparison.Ordinal))
            .SelectMany(path => ExperimentName().Matches(File.ReadAllText(path))).Select(match => match.Groups["name"].Value)];
        string[] commands = [.. Arguments().Matches(Readme).Select(match => match.Groups["arguments"].Value)];
        Assert.That(commands, Has.Length.GreaterThanOrEqualTo(5));
        foreach (string command in commands)
        {
            string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(words[0].StartsWith('-') || hosting.Contains($"new(\"{words[0]}\"", StringComparison.Ordinal), $"no command {words[0]}");
            Assert.That(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)).Where(option => !hosting.Contains($"\"{option}\"", StringComparison.Ordinal)), Is.Empty);
            if (words[0] is not ("run" or "show")) continue;
            string pattern = "^" + Regex.Escape(words[1].Trim('\'')).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
            Assert.That(experiments.Where(name => Regex.IsMatch(name, pattern)), Is.Not.Empty, $"no experiment {words[1]}");
        }
    }

    [Test]
    public void Links_LeadToFiles()
    {
        string[] documents = [Path.Combine(RepositoryFiles.Root, "README.md"), .. Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "docs"), "*.md")];
        string[] broken =
        [
            .. from document in documents
               from match in Link().Matches(File.ReadAllText(document))
               let path = Path.Combine(Path.GetDirectoryName(document)!, match.Groups["path"].Value)
               where !File.Exists(path) && !Directory.Exists(path)
               select $"{RepositoryFiles.Relative(document)}: {match.Groups["path"].Value}",
        ];
        Assert.That(broken, Is.Empty);
    }

    // Indentation, empty lines and documentation comments are the file's own business.
    private static string[] Lines(string text) =>
        [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("///", StringComparison.Ordinal))];

    [GeneratedRegex("(<!-- from (?<source>[^ ]+) -->\n)?```(csharp|fsharp)\n(?<code>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("(--project|dotnet test) (?<path>(src|tests)/[A-Za-z/]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Project();

    [GeneratedRegex("--project src/Experiments -- (?<arguments>[^`#\n]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Arguments();

    [GeneratedRegex("string Name => \"(?<name>[a-z-]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex ExperimentName();

    [GeneratedRegex(@"\]\((?<path>[^):#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
