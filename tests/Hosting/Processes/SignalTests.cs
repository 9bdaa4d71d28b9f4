using System.Diagnostics;
using System.Text.Json;

namespace Research.Framework.Hosting.Tests.Processes;

/// <summary>Signals and streams of a real process: what has finished is kept and reported, whatever becomes of the rest.</summary>
[Platform(Exclude = "Win", Reason = "a shell, kill and /dev are Unix's")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SignalTests : IDisposable
{
    private const string Whole = """[{"runs":[]}]""";

    private readonly string _folder = Directory.CreateTempSubdirectory("process-").FullName;

    private string Json => Path.Combine(_folder, "results.json");

    private string Journal => Json + ".journal";

    private string Partial => Json + ".partial";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestCase("INT", 1, 130)]
    [TestCase("TERM", 1, 143)]
    [TestCase("HUP", 1, 129)]
    [TestCase("TERM", 2, 143, Description = "as timeout sends it")]
    public async Task Signal_FinishedRunsAreReportedAndWritten(string signal, int times, int code)
    {
        File.WriteAllText(Json, Whole);
        using HostProcess process = HostProcess.Start(_folder, "run quick --seeds 100000 --json results.json");
        process.WaitForLines(Journal, 3);
        for (int i = 0; i < times; i++) process.Signal(signal);
        CommandLineRun run = await process.EndAsync();
        Assert.That(run.ExitCode, Is.EqualTo(code));
        int finished = Runs(Partial);
        Assert.That(finished, Is.GreaterThanOrEqualTo(3));
        Assert.That(run.Error, Does.Contain(FormattableString.Invariant($"Interrupted: {finished} of 100000 runs finished.")));
        Assert.That(run.Output, Does.Contain("quick"));
        Assert.That(File.ReadAllText(Json), Is.EqualTo(Whole));
        Assert.That(File.Exists(Journal), Is.False);
        Assert.That(run.Error, Does.Not.Contain("   at "));
    }

    [Test]
    public async Task Signal_MetricThatHangs_DoesNotHoldIt()
    {
        using HostProcess process = HostProcess.Start(_folder, "run quick hanging-metric --seeds 3 --threads 1 --json results.json");
        process.WaitForLines(Path.Combine(_folder, "measuring"), 1);
        process.Signal("TERM");
        CommandLineRun run = await process.EndAsync();
        Assert.That(run.ExitCode, Is.EqualTo(143));
        Assert.That(run.Error, Does.Contain("Interrupted: 3 of 6 runs finished."));
        Assert.That(Runs(Partial), Is.EqualTo(3));
    }

    [Test]
    public async Task Signal_CompileThatTakesLong_DoesNotHoldIt()
    {
        using HostProcess process = HostProcess.Start(_folder, "run long-compile --json results.json");
        process.WaitForLines(Path.Combine(_folder, "compiling"), 1);
        process.Signal("TERM");
        CommandLineRun run = await process.EndAsync();
        Assert.That(run.ExitCode, Is.EqualTo(143));
        Assert.That(run.Error, Does.Contain("Interrupted: 0 of 1 runs finished."));
        Assert.That(File.Exists(Path.Combine(_folder, "compiled")), Is.False, "it was ended in its middle");
    }

    [Test]
    public async Task Signal_PipeThatNobodyOpens_DoesNotHoldIt()
    {
        using (Process make = Process.Start("mkfifo", [Path.Combine(_folder, "pipe")])!) await make.WaitForExitAsync();
        using HostProcess process = HostProcess.Start(_folder, "run quick --seeds 3 --json pipe", "2>said");
        process.WaitForLines(Path.Combine(_folder, "said"), 1); // that all runs are done
        process.Signal("TERM");
        CommandLineRun run = await process.EndAsync();
        Assert.That(run.ExitCode, Is.EqualTo(143));
        Assert.That(run.Output, Does.Contain("quick"), "what was done is shown");
        Assert.That(File.ReadAllText(Path.Combine(_folder, "said")), Does.Contain("pipe' could not be written: nobody reads it."));
    }

    [TestCase("run hanging-plan --json results.json")]
    [TestCase("show hanging-plan")]
    public async Task Signal_PlanThatHangs_DoesNotHoldIt(string arguments)
    {
        File.WriteAllText(Json, Whole);
        using HostProcess process = HostProcess.Start(_folder, arguments);
        process.WaitForLines(Path.Combine(_folder, "planning"), 1);
        File.Delete(Path.Combine(_folder, "planning"));
        process.Signal("INT");
        CommandLineRun run = await process.EndAsync();
        Assert.That(run.ExitCode, Is.EqualTo(130));
        Assert.That(run.Error, Is.EqualTo("Interrupted before anything was run.\n"));
        Assert.That(Directory.GetFiles(_folder), Is.EqualTo((string[])[Json]));
        Assert.That(File.ReadAllText(Json), Is.EqualTo(Whole));
    }

    [Test]
    public async Task SecondSignal_Later_EndsItAtOnce()
    {
        // A pipe that is open, but that nobody reads, keeps the process from writing its results, for ever.
        string pipe = Path.Combine(_folder, "pipe");
        using (Process make = Process.Start("mkfifo", [pipe])!) await make.WaitForExitAsync();
        using FileStream reader = new(pipe, FileMode.Open, FileAccess.ReadWrite);
        using HostProcess process = HostProcess.Start(_folder, "run quick --seeds 300 --json pipe", "2>said");
        Task<CommandLineRun> end = process.EndAsync();
        process.WaitForLines(Path.Combine(_folder, "said"), 1); // that all runs are done
        process.Signal("TERM");
        Assert.That(await Task.WhenAny(end, Task.Delay(1500)), Is.Not.SameAs(end), "the first one is a request");
        process.Signal("TERM");
        Assert.That((await end).ExitCode, Is.EqualTo(143));
    }

    [Test]
    public async Task Killed_TheJournalHasEveryFinishedRun_AndTheNextSweepKeepsIt()
    {
        File.WriteAllText(Json, Whole);
        using HostProcess process = HostProcess.Start(_folder, "run quick --seeds 100000 --threads 2 --json results.json");
        process.WaitForLines(Journal, 5);
        process.Signal("KILL");
        await process.EndAsync();
        Assert.That(File.ReadAllText(Json), Is.EqualTo(Whole));
        string[] lines = File.ReadAllLines(Journal);
        Assert.That(lines, Has.Length.GreaterThanOrEqualTo(5));
        JsonElement[] runs = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.That(runs.Select(line => line.GetProperty("experiment").GetString()), Is.All.EqualTo("quick"));
        Assert.That(runs.Select(line => line.GetProperty("run").GetProperty("seed").GetInt32()), Is.Unique);

        using HostProcess next = HostProcess.Start(_folder, "run quick --json results.json");
        CommandLineRun run = await next.EndAsync();
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Error, Does.Contain("results.json.journal.1' has the finished runs"));
        Assert.That(File.ReadAllLines(Journal + ".1"), Is.EqualTo(lines));
        Assert.That(Runs(Json), Is.EqualTo(1));
        Assert.That(File.Exists(Journal), Is.False);
    }

    [TestCase(">/dev/full", 1)]
    [TestCase(">&-", 1)]
    [TestCase("2>/dev/full", 0)]
    [TestCase("2>&-", 0)]
    [TestCase(">/dev/full 2>/dev/full", 1)]
    [TestCase(">&- 2>&-", 1)]
    [TestCase("| head -c 1", 0)]
    [TestCase("<&-", 0)]
    [TestCase("<&- >&- 2>&-", 1)]
    public async Task Streams_FullOrClosed_TheWorkIsKept_WithoutATrace(string shell, int code)
    {
        using HostProcess process = HostProcess.Start(_folder, "run quick --seeds 3 --json results.json", shell);
        CommandLineRun run = await process.EndAsync();
        Assert.That(run.ExitCode, Is.EqualTo(code), run.Error);
        Assert.That(Runs(Json), Is.EqualTo(3));
        Assert.That(run.Output + run.Error, Does.Not.Contain("   at ").And.Not.Contain("nhandled"));
        if (shell is ">/dev/full" or ">&-") Assert.That(run.Error, Does.EndWith("\n").And.Contain("Not all could be shown: "));
    }

    [TestCase("env -u HOME")]
    [TestCase("env HOME=/nowhere")]
    [TestCase("env TERM=dumb")]
    [TestCase("env -u TERM")]
    public async Task Surroundings_ThatLackSomething_DoNotMatter(string before)
    {
        using HostProcess process = HostProcess.Start(_folder, "run quick --seeds 3 --json results.json", before: before);
        CommandLineRun run = await process.EndAsync();
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(Runs(Json), Is.EqualTo(3));
    }

    private static int Runs(string path) =>
        JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.EnumerateArray().Sum(experiment => experiment.GetProperty("runs").GetArrayLength());
}
