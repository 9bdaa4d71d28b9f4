namespace Research.Framework.Tests.Architecture;

public class SourceTextTests
{
    [Test]
    public void Sources_FolderIsNamespace_OnePublicTypePerFile()
    {
        string[] findings =
        [
            .. from source in RepositoryFiles.Sources
               from finding in SourceText.LayoutFindings(File.ReadAllText(source), Path.GetFileName(source), RepositoryFiles.FolderNamespace(source))
               select $"{RepositoryFiles.Relative(source)}: {finding}",
        ];
        Assert.That(findings, Is.Empty);
    }

    [Test]
    public void Sources_UseNoBannedSymbols()
    {
        string[] findings =
        [
            .. from source in RepositoryFiles.Sources
               from symbol in SourceText.BannedSymbols(File.ReadAllText(source))
               select $"{RepositoryFiles.Relative(source)}: {symbol}",
        ];
        Assert.That(findings, Is.Empty, "Results must not depend on machine, moment or culture: use Seeds, TimeProvider, the invariant culture and the framework's own functions.");
    }

    [Test]
    public void Sources_KeepNullableOn()
    {
        string[] findings = [.. RepositoryFiles.Sources.Concat(RepositoryFiles.Projects)
            .Where(path => File.ReadAllText(path) is string text
                && (text.Contains("#nullable disable", StringComparison.Ordinal) || text.Contains("<Nullable>disable", StringComparison.Ordinal)))
            .Select(RepositoryFiles.Relative)];
        Assert.That(findings, Is.Empty);
    }

    [Test]
    public void Sources_AreFound() =>
        Assert.That(RepositoryFiles.Sources.Select(RepositoryFiles.Relative), Does.Contain("src/Framework/Seeds.cs"));

    [TestCase("src/Framework/Equations/Expr.cs", ExpectedResult = "Research.Framework.Equations")]
    [TestCase("src/Framework/Seeds.cs", ExpectedResult = "Research.Framework")]
    [TestCase("src/Framework/Hosting/Reports/Table.cs", ExpectedResult = "Research.Framework.Hosting.Reports")]
    [TestCase("src/Cells/HandRolled/LstmKernel.cs", ExpectedResult = "Research.Cells.HandRolled")]
    public string FolderNamespace_FollowsTheNearestProject(string path) =>
        RepositoryFiles.FolderNamespace(Path.Combine(RepositoryFiles.Root, path.Replace('/', Path.DirectorySeparatorChar)));

    [TestCase("namespace A.B;\npublic sealed class C\n{\n    public enum Inner { X }\n}\ninternal class Other;", ExpectedResult = 0)]
    [TestCase("namespace A.B;\npublic readonly record struct C(int X);", ExpectedResult = 0)]
    [TestCase("namespace A.B;\npublic delegate void C(int x);", ExpectedResult = 0)]
    [TestCase("namespace A.B;\npublic abstract class C<T> where T : class\n{\n}", ExpectedResult = 0)]
    [TestCase("return 0;", ExpectedResult = 0)]
    [TestCase("namespace A.X;\npublic sealed class C;", ExpectedResult = 1, Description = "wrong namespace")]
    [TestCase("public sealed class C;", ExpectedResult = 1, Description = "no namespace")]
    [TestCase("namespace A.B;\npublic sealed class C;\npublic enum D { X }", ExpectedResult = 1, Description = "two types")]
    [TestCase("namespace A.B;\npublic static partial class D\n{\n}", ExpectedResult = 1, Description = "wrong file")]
    [TestCase("namespace A.B\n{\npublic class C { }\n}", ExpectedResult = 2, Description = "block")]
    public int LayoutFindings_Counts(string text) => SourceText.LayoutFindings(text, "C.cs", "A.B").Count();

    [TestCase("var r = new Random(1);", ExpectedResult = "new Random(")]
    [TestCase("Random r = new(1);", ExpectedResult = "Random r = new(")]
    [TestCase("Random.Shared.Next();", ExpectedResult = "Random.Shared")]
    [TestCase("var t = DateTime.UtcNow;", ExpectedResult = "DateTime.UtcNow")]
    [TestCase("var t = Environment.TickCount64;", ExpectedResult = "Environment.TickCount64")]
    [TestCase("x.ToString(CultureInfo.CurrentCulture)", ExpectedResult = "CultureInfo.CurrentCulture")]
    [TestCase("var y = MathF.Exp(x);", ExpectedResult = "MathF.Exp")]
    [TestCase("var y = $\"{Math.Log(x):F3} nats\";", ExpectedResult = "Math.Log")]
    [TestCase("var y = Math.Sqrt(x) + Math.Max(x, 1); // not Math.Exp(x)", ExpectedResult = "")]
    [TestCase("/// <summary>Math.Tanh(x)</summary>\n/* DateTime.Now */ string s = \"Math.Pow( // \"; char c = '\"'; int i;", ExpectedResult = "")]
    [TestCase("DoubleMath.Exp(x)", ExpectedResult = "")]
    [TestCase("Random stream = seeds.Stream(\"x\");", ExpectedResult = "")]
    public string BannedSymbols_Finds(string text) => string.Join(", ", SourceText.BannedSymbols(text));

    [Test]
    public void WithoutCommentsAndText_KeepsCodeAfterLiterals()
    {
        Assert.That(SourceText.WithoutCommentsAndText("a(\"x // y\"); b('\\''); /* c */ d(@\"e\"\"f\"); // g"), Is.EqualTo("a(\"\"); b(\"\");  d(\"\"); "));
    }
}
