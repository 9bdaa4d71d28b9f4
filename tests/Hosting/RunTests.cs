using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Files;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Tests.Files;

namespace Research.Framework.Hosting.Tests;

public sealed class RunTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("hosting-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    private string Json => Path.Combine(_folder, "results.json");

    [Test]
    public async Task WrongPrediction_IsOneLine_HoweverLongAndNarrow([Values(1, 40, null)] int? width)
    {
        string wide = new('字', 200);
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char"], new FakeRunner { Predictions = [new("A", "B", wide)] }, width: width);
        Assert.That(run.Output, Does.Contain($"A -> {wide} (not B)"));
    }

    [Test]
    public async Task NoVerb_RunsEverythingOver20Seeds()
    {
        ConcurrentBag<string> runs = [];
        CommandLineRun run = await CommandLineRun.Of([], new FakeRunner((name, seed, _) => runs.Add($"{name} {seed}")));
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(runs, Is.EquivalentTo(
            from name in new[] { "one-char", "time-steps", "stateful-one-char" }
            from seed in Enumerable.Range(1, 20)
            select $"{name} {seed}"));
        Assert.That(run.Output, Does.StartWith("lstm, fake engine, seeds 1 to 20, mean ± half of the 95 % interval\n"));
    }

    [Test]
    public async Task Table_MeanIntervalMinMaxSpeedAndPublishedFigure()
    {
        // Seeds 1, 2, 3: accuracies 0.80, 0.85, 0.75. t(0.975, 2) = 4.302653, s = 0.05: 4.302653 * 0.05 / sqrt(3) = 0.12421.
        CommandLineRun run = await CommandLineRun.Of("run one-char --seeds 3 --quiet");
        string row = run.Output.Split('\n').Single(line => line.Contains("one-char", StringComparison.Ordinal));
        Assert.That(Regex.Split(row.Trim(), " {2,}"), Is.EqualTo(["one-char", "80.0 ± 12.4", "75.0", "85.0", "9.500 ± 0.000", "160", "84.0"]));
        string head = run.Output.Split('\n').Single(line => line.Contains("experiment", StringComparison.Ordinal));
        Assert.That(Regex.Split(head.Trim(), " {2,}"), Is.EqualTo(["experiment", "accuracy %", "min", "max", "cross entropy", "steps/s", "tutorial"]));
    }

    [Test]
    public async Task Table_OneSeed_HasNoSpread()
    {
        CommandLineRun run = await CommandLineRun.Of("run one-char --quiet");
        IEnumerable<string[]> rows = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => Regex.Split(row.Trim(), " {2,}"));
        Assert.That(rows, Is.EqualTo((string[][])[["experiment", "accuracy %", "cross entropy", "steps/s", "tutorial"], ["one-char", "80.0", "9.500", "160", "84.0"]]));
    }

    [Test]
    public async Task Table_ShowsTheEpochsWhereATrainingStoppedEarly()
    {
        FakeRunner runner = new() { StoppedAfter = seed => seed == 3 ? null : 4 + seed };
        Assert.That(await Rows("run one-char --seeds 2 --quiet"), Is.EqualTo("epochs: 5 to 6 of 10"));
        Assert.That(await Rows("run one-char --seeds 3 --quiet"), Is.EqualTo("epochs: 3 to 6 of 10"));
        Assert.That(await Rows("run one-char --seed 2 --quiet"), Is.EqualTo("epochs: 6 of 10"));
        Assert.That(await Rows("run one-char --seed 3 --quiet"), Is.Empty);

        async Task<string> Rows(string line)
        {
            CommandLineRun run = await CommandLineRun.Of(line.Split(' '), runner, width: 10); // as lines
            return run.Output.Split('\n').Select(row => row.Trim()).FirstOrDefault(row => row.StartsWith("epochs", StringComparison.Ordinal), "");
        }
    }

    [Test]
    public async Task Table_FitsATerminalOf80Columns()
    {
        CommandLineRun run = await CommandLineRun.Of(["--quiet"], width: 80);
        string visible = Regex.Replace(run.Output, "\u001b\\[[0-9;]*m", "");
        Assert.That(visible, Does.Match("stateful-one-char +80"));
        Assert.That(visible.Split('\n').Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
    }

    [Test]
    public async Task Table_InANarrowTerminal_BecomesLinesThatFit()
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "*-char", "--quiet"], width: 40);
        Assert.That(run.Output, Does.Contain("stateful-one-char\n  accuracy %: 80.0\n"));
        Assert.That(run.Output.Split('\n').Select(line => line.Length), Is.All.LessThanOrEqualTo(40));
    }

    [Test]
    public async Task Predictions_InTheTutorialsForm_WrongOnesMarked()
    {
        CommandLineRun run = await CommandLineRun.Of("run one-char --seed 5 --seeds 2");
        Assert.That(run.Output, Does.Contain("one-char, seed 5: 3 of 4 right\n  A -> B"));
        Assert.That(run.Output, Does.Contain("C -> E (not D)"));
        Assert.That(run.Output, Does.Contain("  from A: BCDE\n"));
    }

    [Test]
    public async Task Predictions_OfMany_NameTheWrongOnesLeftOut()
    {
        FakeRunner many = new() { Predictions = [.. Enumerable.Repeat(new LabelledPrediction("A", "B", "B"), 60), new("C", "D", "D"), new("X", "Y", "Z"), new("W", "X", "Z"), new("W", "X", "Z")] };
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char"], many);
        Assert.That(run.Output, Does.Contain("one-char, seed 1: 61 of 64 right\n"));
        Assert.That(run.Output, Does.Contain("\n  and 12 more (--json FILE writes them all), wrong among them: W -> Z (not X) × 2, X -> Z (not Y)\n"));
    }

    [Test]
    public async Task Quiet_PrintsTheTableAlone()
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--quiet", "--json", Json]);
        Assert.That(run.Error, Is.Empty);
        Assert.That(run.Output, Does.Not.Contain("->").And.Not.Contain("engine").And.Contain("one-char"));
        Assert.That(File.Exists(Json));
    }

    [Test]
    public async Task Globs_PickEachExperimentOnceInOrderOfRegistration()
    {
        CommandLineRun run = await CommandLineRun.Of("run stateful* *-char ONE-CHAR --json " + Json);
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(ReadJson().Select(entry => entry.GetProperty("experiment").GetString()), Is.EqualTo(["one-char", "stateful-one-char"]));
    }

    [Test]
    public async Task Redirected_NoControlCodes()
    {
        CommandLineRun run = await CommandLineRun.Of([]);
        Assert.That(run.Output + run.Error, Does.Not.Contain("\u001b").And.Not.Contain("\r"));
        // Seeds run on several threads, so experiments may end in another order than they began.
        string[] lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines.Select(line => line[..line.IndexOf(" (", StringComparison.Ordinal)]).Order(), Is.EqualTo(new[] { "one-char: 20 seeds done", "stateful-one-char: 20 seeds done", "time-steps: 20 seeds done" }));
        Assert.That(lines.Select((line, index) => line.EndsWith($" ({index + 1} of 3 experiments)", StringComparison.Ordinal)), Is.All.True, run.Error);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    public async Task Threads_NeverShowInResults(int threads)
    {
        // The later a seed, the sooner it ends: order of ending is not order of seeds.
        FakeRunner uneven = new((_, seed, cancellation) => cancellation.WaitHandle.WaitOne(threads == 1 ? 0 : 12 - seed));
        CommandLineRun run = await CommandLineRun.Of(["--seeds", "8", "--seed", "4", "--threads", $"{threads}", "--json", Json], uneven);
        Assert.That(run.ExitCode, Is.Zero);
        foreach (JsonElement entry in ReadJson())
        {
            Assert.That(entry.GetProperty("runs").EnumerateArray().Select(item => item.GetProperty("seed").GetInt32()), Is.EqualTo(Enumerable.Range(4, 8)));
            Assert.That(entry.GetProperty("runs").EnumerateArray().Select(item => item.GetProperty("fingerprint").GetString()), Is.EqualTo(Enumerable.Range(4, 8).Select(seed => $"{seed:x16}")));
        }
    }

    [Test]
    public async Task Threads_AtMostThatManyRunsAtOnce()
    {
        int running = 0, most = 0;
        FakeRunner counting = new((_, _, cancellation) =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            cancellation.WaitHandle.WaitOne(5);
            Interlocked.Decrement(ref running);
        });
        await CommandLineRun.Of(["--seeds", "6", "--threads", "3", "--quiet"], counting);
        Assert.That(most, Is.InRange(1, 3));
    }

    [TestCase("1", 8, 8)]
    [TestCase("3", 8, 2)]
    [TestCase("8", 3, 1)]
    public async Task Threads_LeftOverByTheSeeds_GoToEachTrainingAndNotIntoThePlan(string seeds, int threads, int share)
    {
        FakeRunner runner = new();
        await CommandLineRun.Of(["run", "one-char", "--seeds", seeds, "--threads", $"{threads}", "--json", Json], runner);
        Assert.That(runner.ThreadsOfLastRun, Is.EqualTo(share));
        Assert.That(ReadJson().Single().GetProperty("plan").GetProperty("training").GetProperty("threads").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Json_HoldsEveryField()
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--seed", "7", "--cell", "gru", "--set", "training.epochs=50", "--set", "training.optimizer=sgd", "--json", Json]);
        Assert.That(run.Error, Does.Contain($"Results written to {Json}"));
        JsonElement entry = ReadJson().Single();
        Assert.That(entry.EnumerateObject().Select(property => property.Name), Is.EqualTo(["experiment", "cell", "engine", "plan", "runs"]));
        Assert.That(entry.GetProperty("cell").GetString(), Is.EqualTo("gru"));
        Assert.That(entry.GetProperty("engine").GetString(), Is.EqualTo("fake"));

        JsonElement plan = entry.GetProperty("plan");
        Assert.That(plan.EnumerateObject().Select(property => property.Name), Is.EquivalentTo(["data", "model", "state", "training", "metrics", "probes", "published"]));
        Assert.That(plan.GetProperty("training").GetProperty("epochs").GetInt32(), Is.EqualTo(50));
        Assert.That(plan.GetProperty("training").GetProperty("shuffle").GetBoolean(), Is.False);
        Assert.That(plan.GetProperty("training").GetProperty("optimizer").GetProperty("name").GetString(), Is.EqualTo("sgd"));
        Assert.That(plan.GetProperty("model").GetProperty("layers")[1].GetProperty("activation").GetString(), Is.EqualTo("softmax"));
        Assert.That(plan.GetProperty("metrics").EnumerateArray().Select(name => name.GetString()), Is.EqualTo(["accuracy", "cross_entropy"]));
        Assert.That(plan.GetProperty("probes")[0].GetProperty("symbols").GetInt32(), Is.EqualTo(4));

        JsonElement only = entry.GetProperty("runs").EnumerateArray().Single();
        Assert.That(only.EnumerateObject().Select(property => property.Name), Is.EqualTo(["seed", "metrics", "names", "predictions", "generated", "epoch_losses", "curves", "stopped_early", "steps", "seconds", "fingerprint"]));
        Assert.That(only.GetProperty("metrics").GetProperty("accuracy").GetDouble(), Is.EqualTo(0.8).Within(1e-12));
        Assert.That(only.GetProperty("predictions")[2].ToString(), Does.Match("""
            ^\{\s*"input": "C",\s*"expected": "D",\s*"predicted": "E"\s*\}$
            """.Trim()));
        Assert.That(only.GetProperty("generated")[0].GetProperty("text").GetString(), Is.EqualTo("BCDE"));
        Assert.That(only.GetProperty("epoch_losses").EnumerateArray().Select(loss => loss.GetDouble()), Is.EqualTo(new[] { 2, 1, 0.5 }));
        Assert.That(only.GetProperty("steps").GetInt64(), Is.EqualTo(200));
    }

    [Test]
    public async Task Json_NotANumber_IsNull()
    {
        await CommandLineRun.Of("run one-char --seed 99 --json " + Json);
        Assert.That(ReadJson().Single().GetProperty("runs")[0].GetProperty("metrics").GetProperty("cross_entropy").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Json_ReplacesTheOldFileAndLeavesNothingElse()
    {
        await File.WriteAllTextAsync(Json, "old and much longer than what comes " + new string('x', 100_000));
        await CommandLineRun.Of("run one-char --json " + Json);
        Assert.That(ReadJson(), Has.Count.EqualTo(1));
        Assert.That(Directory.GetFileSystemEntries(_folder), Is.EqualTo([Json]));
    }

    [Test]
    public void Json_FailureWhileWriting_KeepsTheOldFile()
    {
        File.WriteAllText(Json, "old");
        AtomicFile file = AtomicFile.Prepare("--json", Json, new DiskLayer());
        Assert.That(
            () => file.Write(stream =>
            {
                stream.WriteByte(1);
                throw new IOException("disk full");
            }),
            Throws.TypeOf<ResearchException>().With.Message.Contains("disk full"));
        Assert.That(File.ReadAllText(Json), Is.EqualTo("old"));
        Assert.That(Directory.GetFileSystemEntries(_folder), Is.EqualTo([Json]));
    }

    [Test]
    public async Task Output_ThatCannotBeWritten_OneLineAndTheFileIsThere()
    {
        using StringWriter error = new() { NewLine = "\n" };
        HostApplication application = new(new HostConsole(new FullDisk(), error), services => CommandLineRun.AddFakes(services, new FakeRunner()));
        Assert.That(await application.RunAsync(["run", "one-char", "--quiet", "--json", Json], CancellationToken.None), Is.EqualTo(1));
        Assert.That(error.ToString(), Is.EqualTo("Not all could be shown: No space left on device\n"));
        Assert.That(ReadJson().Single().GetProperty("runs").GetArrayLength(), Is.EqualTo(1));
    }

    private sealed class FullDisk : StringWriter
    {
        public override void Write(char value) => throw new IOException("No space left on device");

        public override void Write(string? value) => throw new IOException("No space left on device");

        public override void Write(char[] buffer, int index, int count) => throw new IOException("No space left on device");
    }

    [Test]
    public async Task Json_OnStandardOutput_HasItAlone()
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--seeds", "2", "--json", "-"]);
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(JsonDocument.Parse(run.Output).RootElement[0].GetProperty("runs").GetArrayLength(), Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("accuracy").And.Contain("seed 1: 3 of 4 right"), "what people read goes to standard error");
    }

    [Test]
    public async Task Json_WhollyFailed_IsPartial_AndKeepsTheFileAndAnEarlierPartialOne()
    {
        await File.WriteAllTextAsync(Json, "whole");
        await File.WriteAllTextAsync(Json + ".partial", "earlier");
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--seeds", "2", "--json", Json], new FakeRunner((_, _, _) => throw new ResearchException("no")));
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(await File.ReadAllTextAsync(Json), Is.EqualTo("whole"));
        Assert.That(await File.ReadAllTextAsync(Json + ".partial.1"), Is.EqualTo("earlier"));
        Assert.That(ReadJson(Json + ".partial").Single().GetProperty("failures").GetArrayLength(), Is.EqualTo(2));
        Assert.That(Directory.GetFileSystemEntries(_folder), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Json_EachRunIsInTheJournal_BeforeTheNextBegins()
    {
        List<int> lines = [];
        FakeRunner runner = new((_, _, _) => lines.Add(File.ReadAllLines(Json + ".journal").Length));
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--seeds", "5", "--threads", "1", "--json", Json], runner);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(lines, Is.EqualTo(Enumerable.Range(0, 5)));
        Assert.That(Directory.GetFileSystemEntries(_folder), Is.EqualTo((string[])[Json]));
    }

    [TestCase(1)]
    [TestCase(4)]
    public async Task Json_IsTheSameBytes_StoredOrNot_AsAWriterIndentsThem(int threads)
    {
        // A disk without room for a journal leaves the runs in memory.
        string[] arguments = ["run", "*", "--seeds", "6", "--threads", $"{threads}", "--json"];
        FakeRunner runner = new((_, seed, _) => Thread.Sleep(seed % 3)); // they end in another order
        await CommandLineRun.Of([.. arguments, Json], runner);
        string stored = await File.ReadAllTextAsync(Json);
        CommandLineRun output = await CommandLineRun.Of([.. arguments, "-"], runner);
        CommandLineRun kept = await CommandLineRun.Of([.. arguments, "-"], runner, more: services => services.AddSingleton<IFileLayer>(new FaultyLayer(1, andLater: true)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(output.Output, Is.EqualTo(stored));
            Assert.That(kept.Output, Is.EqualTo(stored));
            Assert.That(kept.ExitCode, Is.Zero, kept.Error);
        }

        using MemoryStream again = new();
        using (Utf8JsonWriter writer = new(again, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) JsonDocument.Parse(stored).WriteTo(writer);
        Assert.That(stored, Is.EqualTo(Encoding.UTF8.GetString(again.ToArray()) + "\n"));
        foreach (JsonElement entry in ReadJson())
            Assert.That(entry.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("seed").GetInt32()), Is.EqualTo(Enumerable.Range(1, 6)));
    }

    [Test]
    public async Task Json_EveryOperationFailing_RunsAreInAFileThatIsSaid()
    {
        int hit = 0;
        for (int failing = 1; ; failing++)
        {
            foreach (string path in Directory.GetFiles(_folder)) File.Delete(path);
            await File.WriteAllTextAsync(Json, "old");
            FaultyLayer disk = new(failing);
            CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--seeds", "3", "--json", Json], more: services => services.AddSingleton<IFileLayer>(disk));
            if (disk.Failed is null)
            {
                Assert.That(run.ExitCode, Is.Zero);
                break;
            }

            hit++;
            string what = $"operation {failing}, {disk.Failed}: {run.Error}";
            bool whole = await File.ReadAllTextAsync(Json) is var now && now != "old";
            if (whole) Assert.That(ReadJson().Single().GetProperty("runs").GetArrayLength(), Is.EqualTo(3), what);
            if (run.ExitCode == 2) Assert.That(whole, Is.False, what); // refused before anything ran
            else if (!whole) Assert.That(Directory.GetFiles(_folder).Where(path => run.Error.Contains($"'{path}'", StringComparison.Ordinal) && File.ReadAllText(path).Split("\"fingerprint\"").Length == 4), Is.Not.Empty, what);
            Assert.That(run.ExitCode == 0 || run.Error.Contains("made to fail", StringComparison.Ordinal), what);
            if (run.ExitCode == 0) Assert.That(whole, what);
        }

        Assert.That(hit, Is.GreaterThan(10));
    }

    [TestCase("missing/results.json", "does not exist; create")]
    [TestCase(".", "is a folder; name a file in it")]
    [TestCase("", "is a folder; name a file in it")]
    public async Task Json_UnwritablePath_RefusedBeforeAnythingRuns(string path, string message)
    {
        FakeRunner runner = new((_, _, _) => throw new AssertionException("nothing may run"));
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--json", Path.Combine(_folder, path)], runner);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith("--json: ").And.Contain(message));
        Assert.That(run.Error.Count(letter => letter == '\n'), Is.EqualTo(1));
    }

    [Test]
    public async Task Interrupted_InANarrowTerminal_ShowsOnlyWhatThereIs()
    {
        using CancellationTokenSource interrupt = new();
        FakeRunner runner = new((name, _, _) =>
        {
            if (name == "time-steps") interrupt.Cancel();
            interrupt.Token.ThrowIfCancellationRequested();
        });
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "time-steps", "--quiet", "--threads", "1"], runner, width: 40, cancellation: interrupt.Token);
        Assert.That(run.Output, Does.EndWith("time-steps\n  seeds: 0\n  tutorial: 84.0\n"));
    }

    [TestCase(1)]
    [TestCase(3)]
    public async Task Interrupted_ReportsWhatFinished(int threads)
    {
        using CancellationTokenSource interrupt = new();
        // Which runs finish must not depend on which thread is quicker: the first five in order do, the others wait for them.
        using CountdownEvent begun = new(5);
        FakeRunner runner = new((experiment, seed, cancellation) =>
        {
            if (experiment == "one-char" || (experiment == "time-steps" && seed == 1))
            {
                begun.Signal();
                return;
            }

            begun.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
            interrupt.Cancel();
            cancellation.WaitHandle.WaitOne(); // another thread may have been first, and be about to tell this token
            cancellation.ThrowIfCancellationRequested();
        });
        CommandLineRun run = await CommandLineRun.Of(["--seeds", "4", "--threads", $"{threads}", "--json", Json], runner, cancellation: interrupt.Token);
        Assert.That(run.ExitCode, Is.EqualTo(130));
        int finished = ReadJson(Json + ".partial").Sum(entry => entry.GetProperty("runs").GetArrayLength());
        Assert.That(finished, Is.EqualTo(5));
        Assert.That(run.Error, Does.EndWith("Interrupted: 5 of 12 runs finished.\n"));
        Assert.That(run.Output, Does.Contain("one-char, seed 1: 3 of 4 right"));
        Assert.That(run.Output.Split('\n').Single(line => line.StartsWith("time-steps  ", StringComparison.Ordinal)), Does.Match("time-steps +1 "));
    }

    [Test]
    public async Task Interrupted_BeforeAnything_KeepsTheFileThatIsThere()
    {
        await File.WriteAllTextAsync(Json, "whole");
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--json", Json], cancellation: new CancellationToken(canceled: true));
        Assert.That(run.ExitCode, Is.EqualTo(130));
        Assert.That(ReadJson(Json + ".partial").Single().GetProperty("runs").GetArrayLength(), Is.Zero);
        Assert.That(await File.ReadAllTextAsync(Json), Is.EqualTo("whole"));
        Assert.That(Directory.GetFileSystemEntries(_folder), Has.Length.EqualTo(2));
        Assert.That(run.Output, Is.Empty);
    }

    [Test]
    public async Task FailedRun_OneLineAndTheOthersAreKept()
    {
        FakeRunner runner = new((_, seed, _) =>
        {
            if (seed == 2) throw new ResearchException("The loss became NaN\nin epoch 3.");
        });
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--seeds", "3", "--json", Json, "--quiet"], runner);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo("one-char, seed 2 failed: The loss became NaN\\nin epoch 3.\n"));
        Assert.That(run.Output, Does.Match("one-char +2 "));
        JsonElement entry = ReadJson().Single();
        Assert.That(entry.GetProperty("runs").EnumerateArray().Select(item => item.GetProperty("seed").GetInt32()), Is.EqualTo([1, 3]));
        Assert.That(entry.GetProperty("failures")[0].GetProperty("seed").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task FailureOfEverySeed_SaidOnce()
    {
        FakeRunner runner = new((_, _, _) => throw new ResearchException("This plan cannot run."));
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--seeds", "3", "--quiet"], runner);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo("one-char, seeds 1, 2, 3 failed: This plan cannot run.\n"));
        Assert.That(run.Output, Is.Empty);
    }

    [Test]
    public async Task BugInARun_FailsThatRunAndShowsWhere()
    {
        FakeRunner runner = new((_, seed, _) =>
        {
            if (seed == 1) throw new InvalidCastException("oops");
        });
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--seeds", "2", "--quiet"], runner);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith("one-char, seed 1 failed: InvalidCastException: oops\n").And.Contain(nameof(BugInARun_FailsThatRunAndShowsWhere)));
    }

    private IReadOnlyList<JsonElement> ReadJson(string? path = null) => [.. JsonDocument.Parse(File.ReadAllBytes(path ?? Json)).RootElement.EnumerateArray()];

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            int before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
