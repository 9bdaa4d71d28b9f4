using System.Text.RegularExpressions;

namespace Research.Framework.Tests.Architecture;

/// <summary>ARCHITECTURE.md names what exists, and lists the rooms in an order in which each knows only those before it.</summary>
public partial class ArchitectureTests
{
    private const string Framework = "Research.Framework";
    private static readonly string s_text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "ARCHITECTURE.md"));

    private static readonly string[] s_rooms = [.. Room().Matches(Section("Rooms of the framework")).Select(match => match.Groups["name"].Value)];

    private static readonly Dictionary<string, string> s_code =
        RepositoryFiles.Sources.ToDictionary(path => path, path => SourceText.WithoutCommentsAndText(File.ReadAllText(path)));

    [Test]
    public void Names_Exist()
    {
        string[] names = [.. Code().Matches(s_text).Select(match => match.Groups["code"].Value).Distinct()];
        Assert.That(names, Has.Length.GreaterThan(50));
        Assert.That(names.Where(name => !Exists(name)), Is.Empty, "ARCHITECTURE.md names what is not in src: mend the sentence.");
    }

    [TestCase("TrainingRun", ExpectedResult = true)]
    [TestCase("StatePolicy.WhenPredicting", ExpectedResult = true)]
    [TestCase("services.AddCell", ExpectedResult = true)]
    [TestCase("src/Cells/LstmCell.cs", ExpectedResult = true)]
    [TestCase("Metrics", ExpectedResult = true, Description = "a folder")]
    [TestCase("--engine NAME", ExpectedResult = true)]
    [TestCase("TrainigRun", ExpectedResult = false)]
    [TestCase("StatePolicy.WhenTraining", ExpectedResult = false)]
    [TestCase("Nobody.Of", ExpectedResult = false)]
    [TestCase("services.AddCello", ExpectedResult = false)]
    [TestCase("src/Cells/LstmCello.cs", ExpectedResult = false)]
    [TestCase("--motor NAME", ExpectedResult = false)]
    public bool Names_Mistyped_AreFound(string name) => Exists(name);

    [Test]
    public void Rooms_AreAllListed()
    {
        string[] folders = [.. Directory.EnumerateDirectories(Path.Combine(RepositoryFiles.Root, "src", "Framework"))
            .Select(path => Path.GetFileName(path)).Where(name => name is not ("bin" or "obj" or "Hosting"))];
        Assert.That(s_rooms, Is.EquivalentTo(folders));
    }

    [Test]
    public void Rooms_KnowOnlyThoseBefore()
    {
        NamespaceGraph compiled = NamespaceReferences.Of(Path.Combine(AppContext.BaseDirectory, Framework + ".dll"));
        NamespaceGraph written = SourceUsings.Of(RepositoryFiles.Sources.Where(path => RepositoryFiles.FolderNamespace(path) is var own && own.StartsWith(Framework, StringComparison.Ordinal) && !own.StartsWith(Framework + ".Hosting", StringComparison.Ordinal)));
        string[] wrong = [.. compiled.All.Concat(written.All).Where(reference => Index(From(reference)) < Index(To(reference)))];
        Assert.That(wrong, Is.Empty, "Move the type, or the room's row in ARCHITECTURE.md.");
    }

    /// <summary>Whether there is what a document names: a type of src or a member of one, a folder, a path, a service's registration, an option.</summary>
    internal static bool Exists(string name)
    {
        if (name.StartsWith('-')) return Source($"\"{Regex.Escape(name.Split(' ')[0])}\"", inLiterals: true);
        if (name.StartsWith('[')) return true; // a shape
        if (name.Contains('/', StringComparison.Ordinal)) return Path.Exists(Path.Combine(RepositoryFiles.Root, name));
        string[] parts = name.Split('.');
        if (parts is ["services", { } registration]) return Source($@"\b{registration}(<[^>]*>)?\(this ");
        if (parts is [{ } type, { } member]) return s_code.Values.Any(code => Declares(type).IsMatch(code) && Regex.IsMatch(code, $@"\b{member}\b"));
        return Source(Declares(name).ToString()) || Source($@"\b{name}(<[^>]*>)?\(this ")
            || RepositoryFiles.Sources.Any(path => RepositoryFiles.Relative(path).Contains($"/{name}/", StringComparison.Ordinal));
    }

    private static bool Source(string pattern, bool inLiterals = false) =>
        s_code.Any(file => Regex.IsMatch(inLiterals ? File.ReadAllText(file.Key) : file.Value, pattern));

    private static Regex Declares(string type) => new($@"\b(class|interface|enum|struct|record)\s+{type}\b");

    private static int Index(string ns) => ns == Framework ? -1 : Array.IndexOf(s_rooms, ns[(Framework.Length + 1)..].Split('.')[0]);

    private static string From(string reference) => reference[..reference.IndexOf(" -> ", StringComparison.Ordinal)];

    private static string To(string reference) => reference[(From(reference).Length + 4)..reference.IndexOf(": ", StringComparison.Ordinal)];

    private static string Section(string title) => s_text.Split("\n## ").Single(section => section.StartsWith(title, StringComparison.Ordinal));

    [GeneratedRegex("`(?<code>[^`\n]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex(@"^\| `(?<name>\w+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Room();
}
