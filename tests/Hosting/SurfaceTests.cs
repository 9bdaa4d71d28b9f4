using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Tests;

/// <summary>What others wrote is shown as it is, on one line; what is typed is taken, or refused in one line.</summary>
public sealed class SurfaceTests
{
    private const string Evil = "evil\u001b[31m\nname\u2028\u202e";
    private const string Shown = @"evil\u001b[31m\nname\u2028\u202e";

    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("surface-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("a\r\nb\tc", ExpectedResult = @"a\r\nb\tc")]
    [TestCase("\u001b]0;title\a\u0085\u0000\u009b31m", ExpectedResult = @"\u001b]0;title\u0007\u0085\u0000\u009b31m")]
    [TestCase("a\u2029b\u2066c", ExpectedResult = @"a\u2029b\u2066c")]
    [TestCase("ä字😀 👩‍🚀 – \\", ExpectedResult = "ä字😀 👩‍🚀 – \\")]
    public string OneLine_ShowsEscaped(string text) => OneLine.Of(text);

    [Test]
    public void OneLine_HasAnEnd()
    {
        Assert.That(OneLine.Of("half a " + (char)0xd83d), Is.EqualTo(@"half a \ud83d"));
        Assert.That(OneLine.Of($"from {new string('x', 100_000)} to"), Has.Length.LessThan(500).And.StartsWith("from xxx").And.EndsWith("x… to"));
        Assert.That(OneLine.Of(string.Concat(Enumerable.Repeat("word ", 100_000))), Has.Length.LessThan(8100));
    }

    [TestCase("list")]
    [TestCase("cells")]
    [TestCase("show", Evil)]
    [TestCase("run", Evil)]
    [TestCase("run", Evil, "one-char", "--seeds", "2")]
    [TestCase("run", "one-char", "--cell", Evil)]
    [TestCase("run", Evil, "--set", "probes.0.prompt=\u001b[31m\n")]
    [TestCase("run", Evil, "--set", "training.loss=mean_squared_error")]
    [TestCase("run", "\u001b[31m\n")]
    [TestCase("run", Evil, "--set", "\u001b[31m\n=3")]
    [TestCase("run", Evil, "--seed", "\u001b[31m\n")]
    [TestCase("\u001b[31m\n")]
    [TestCase("--\u001b[31m\n")]
    public async Task NamesSummariesDescriptionsAndMessages_AreShownEscaped(params string[] args)
    {
        CommandLineRun run = await CommandLineRun.Of(args, more: services => services.AddExperiment<EvilExperiment>().AddCell(Evil, units => new FakeCell("lstm", units)));
        Assert.That(run.Output + run.Error, Does.Not.Match("[\u001b\u2028\u202e]"));
        Assert.That(Regex.IsMatch(run.Output + run.Error, "(?m)^name"), Is.False, "a line of its own");
        if (args is ["list"] or ["cells"] or ["show" or "run", Evil]) Assert.That(run.Output, Does.Contain(Shown));
    }

    [TestCase("run one-char -- --seed 3", 2)]
    [TestCase("run -- one-char", 0)]
    [TestCase("run one-char --set", 2)]
    [TestCase("run --set", 2)]
    [TestCase("--set", 2)]
    [TestCase("run one-char --set training.epochs=3 --set", 2)]
    [TestCase("run one-char --seed 3 --seed", 2)]
    [TestCase("run one-char --json", 2)]
    [TestCase("-- --seed 3", 2)]
    [TestCase("run one-char --set =", 2)]
    [TestCase("run LONG", 2)]
    [TestCase("LONG", 2)]
    [TestCase("--LONG", 2)]
    [TestCase("run one-char --LONG", 2)]
    [TestCase("run one-char --cell LONG", 2)]
    [TestCase("run one-char --engine LONG", 2)]
    [TestCase("run one-char --seed LONG", 2)]
    [TestCase("run one-char --set LONG", 2)]
    [TestCase("run one-char --set LONG=3", 2)]
    [TestCase("run one-char --set training.epochs=LONG", 2)]
    [TestCase("run one-char --set training.loss=LONG", 2)]
    [TestCase("run one-char --json LONG", 2)]
    [TestCase("run one-char --json FOLDER/NAME", 0)]
    [TestCase("run one-char --json FOLDER/NAME0123456789", 2)]
    [TestCase("run STARS", 2)]
    public async Task CommandLine_IsTakenOrRefusedInOneLine(string line, int code)
    {
        string[] args =
        [
            .. line.Split(' ').Select(word => word
                .Replace("LONG", new string('x', 100_000), StringComparison.Ordinal)
                .Replace("NAME", new string('n', 245), StringComparison.Ordinal)
                .Replace("STARS", string.Concat(Enumerable.Repeat("*x", 50_000)), StringComparison.Ordinal)
                .Replace("FOLDER", _folder, StringComparison.Ordinal)),
        ];
        CommandLineRun run = await CommandLineRun.Of(args);
        Assert.That(run.ExitCode, Is.EqualTo(code), run.Error);
        if (code == 0) return;
        Assert.That(run.Error, Has.Length.LessThan(3000).And.Match("^[^\n]+\n$"));
        Assert.That(run.Output, Is.Empty);
    }

    private sealed class EvilExperiment(ICellFactory cells) : FakeExperiment(Evil, cells), IExperiment
    {
        string IExperiment.Summary => Evil;

        public override ExperimentPlan Plan(Seeds seeds)
        {
            ExperimentPlan plan = base.Plan(seeds);
            Dataset data = plan.Data;
            return plan with
            {
                Data = new() { Description = Evil, Samples = data.Samples, Input = data.Input, Target = data.Target, Text = data.Text },
                Metrics = [new FakeMetric("accuracy"), new FakeMetric(Evil)],
                Published = new PublishedFigure(Evil, 1),
            };
        }
    }
}
