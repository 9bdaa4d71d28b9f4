using System.Globalization;
using System.Text.Json;

namespace Research.Framework.Hosting.Tests.Processes;

/// <summary>What a real process takes at most: many seeds little more than one.</summary>
[Platform(Include = "Linux", Reason = "the most memory that a process took is read from /proc")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MemoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("process-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestCase("")]
    [TestCase("--json results.json")]
    [TestCase("--json -")]
    public async Task TwentySeeds_TakeAtMostHalfAsMuchAgainAsOne(string json)
    {
        long one = await PeakAsync(1, json), twenty = await PeakAsync(20, json);
        TestContext.Out.WriteLine(FormattableString.Invariant($"one seed {one / 1e6:0} MB, twenty {twenty / 1e6:0} MB"));
        Assert.That(one, Is.GreaterThan(64_000_000), "the data are in memory");
        Assert.That(twenty, Is.LessThan(one * 3 / 2));
    }

    private async Task<long> PeakAsync(int seeds, string json)
    {
        string peak = Path.Combine(_folder, "peak");
        using HostProcess process = HostProcess.Start(_folder, FormattableString.Invariant($"run large --threads 1 --seeds {seeds} {json}"), json == "--json -" ? ">results.json" : "", $"env {Program.PeakVariable}={peak}");
        CommandLineRun run = await process.EndAsync();
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        if (json.Length > 0)
        {
            using FileStream results = File.OpenRead(Path.Combine(_folder, "results.json"));
            using JsonDocument document = await JsonDocument.ParseAsync(results);
            Assert.That(document.RootElement[0].GetProperty("runs").GetArrayLength(), Is.EqualTo(seeds));
        }

        return long.Parse(await File.ReadAllTextAsync(peak), CultureInfo.InvariantCulture);
    }
}
