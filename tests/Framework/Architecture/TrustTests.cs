using System.Text.RegularExpressions;

namespace Research.Framework.Tests.Architecture;

/// <summary>Every promise of docs/trust.md has a proof, and every proof exists: a test method of that class, or a file.</summary>
public partial class TrustTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "trust.md")).ReplaceLineEndings("\n");

    private static readonly HashSet<string> s_tests = [.. TestSources().SelectMany(path => TestsIn(File.ReadAllText(path)))];

    [Test]
    public void Promises_AreEachProved()
    {
        string[] rows = [.. s_text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| promise |", StringComparison.Ordinal))];
        Assert.That(rows, Has.Length.GreaterThan(60));
        Assert.That(rows.Where(row => row.Count(letter => letter == '|') != 4 || !Code().IsMatch(LastCell(row))), Is.Empty);
    }

    [Test]
    public void Proofs_Exist()
    {
        string[] proofs = [.. s_text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).SelectMany(row => Code().Matches(LastCell(row))).Select(match => match.Groups["code"].Value)];
        Assert.That(proofs, Has.Length.GreaterThan(100));
        Assert.That(proofs.Where(proof => !Exists(proof)).Distinct(), Is.Empty, "docs/trust.md names a proof that there is not.");
    }

    [TestCase("TrustTests.Proofs_Exist", ExpectedResult = true)]
    [TestCase("TrustTests.Exists_FindsWhatIsThere", ExpectedResult = true)]
    [TestCase("SeedsTests.Next_AnyRange_IsUniform", ExpectedResult = true)]
    [TestCase(".ci/bits", ExpectedResult = true)]
    [TestCase("TrustTests.Exists", ExpectedResult = false, Description = "a method, but no test")]
    [TestCase("TrustTests.Proofs_Exit", ExpectedResult = false)]
    [TestCase("SeedsTests.Proofs_Exist", ExpectedResult = false, Description = "of another class")]
    [TestCase("Proofs_Exist", ExpectedResult = false)]
    [TestCase(".ci/bit", ExpectedResult = false)]
    public bool Exists_FindsWhatIsThere(string proof) => Exists(proof);

    [Test]
    public void TestsIn_ReadsEveryKindOfTest() => Assert.That(
        TestsIn("""
            /// <summary>One.</summary>
            public sealed class OneTests(int number) : Base
            {
                [Test]
                public void Plain() => Helper();

                // Why.
                [TestCase("a(b)", 1, Description = "[x]")]
                [TestCase("b")]
                public async Task Cases(string text)
                {
                }

                [TestCaseSource(nameof(Cases))]
                [Platform(Exclude = "Win")]
                public static unsafe List<int>? Source(int any) => [];

                [Property]
                public void Holds(int any) { }

                [SetUp]
                public void NoTest() { }

                public void Neither() { }

                private sealed record Inner(int Value);
            }
            """),
        Is.EqualTo((string[])["OneTests.Plain", "OneTests.Cases", "OneTests.Source", "OneTests.Holds"]));

    private static bool Exists(string proof) => proof.Contains('/', StringComparison.Ordinal) ? File.Exists(Path.Combine(RepositoryFiles.Root, proof)) : s_tests.Contains(proof);

    // A file's first type at the margin is the class that its tests are of, as one public type stands in a file.
    private static IEnumerable<string> TestsIn(string text)
    {
        string type = Class().Match(text).Groups["name"].Value;
        return Method().Matches(text).Where(match => Attribute().IsMatch(match.Groups["attributes"].Value)).Select(match => $"{type}.{match.Groups["name"].Value}");
    }

    private static IEnumerable<string> TestSources() => Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
        .Where(path => !RepositoryFiles.Relative(path).Split('/').Any(part => part is "bin" or "obj"));

    private static string LastCell(string row) => row.TrimEnd('|', ' ')[(row.TrimEnd('|', ' ').LastIndexOf('|') + 1)..];

    [GeneratedRegex("`(?<code>[^`\n]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex(@"^\s*public (\w+ )*class (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Class();

    // Lines of attributes, one below the other, and the method that they stand above.
    [GeneratedRegex(@"(?<attributes>(^\s*\[[^\n]*\n)+)^\s*public [^\n(=]*?\b(?<name>\w+)\(", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Method();

    [GeneratedRegex(@"^\s*\[(Test|TestCase|TestCaseSource|Property)\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Attribute();
}
