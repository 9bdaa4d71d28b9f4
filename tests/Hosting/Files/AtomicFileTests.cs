using System.Diagnostics;
using System.Runtime.Versioning;
using Research.Framework.Hosting.Files;

namespace Research.Framework.Hosting.Tests.Files;

/// <summary>A file is replaced whole or not at all, whatever the disk does.</summary>
public sealed class AtomicFileTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("files-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    private string Target => Path.Combine(_folder, "results.json");

    private string[] Names => [.. Directory.GetFileSystemEntries(_folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Test]
    public void EveryOperationFailing_OldFileOrNewOneWhole_AndItIsSaid([Values] bool andLater, [Values] bool exists)
    {
        string old = new('o', 300_000), fresh = new('n', 200_000);
        List<string> hit = [];
        for (int failing = 1; ; failing++)
        {
            foreach (string path in Directory.GetFiles(_folder)) File.Delete(path);
            if (exists) File.WriteAllText(Target, old);
            FaultyLayer disk = new(failing, andLater);
            string? said = null;
            try
            {
                AtomicFile.Prepare("--json", Target, disk).Write(stream => WriteInParts(stream, fresh));
            }
            catch (ResearchException exception)
            {
                said = exception.Message;
            }

            string? now = File.Exists(Target) ? File.ReadAllText(Target) : null;
            Assert.That(now, Is.EqualTo(exists ? old : null).Or.EqualTo(fresh), $"operation {failing}, {disk.Failed}");
            if (disk.Failed is null)
            {
                Assert.That(said, Is.Null);
                Assert.That(now, Is.EqualTo(fresh));
                break;
            }

            hit.Add(disk.Failed);
            if (said is null)
            {
                Assert.That(now, Is.EqualTo(fresh), $"operation {failing}, {disk.Failed}: nothing was said");
                Assert.That(disk.Failed, Is.EqualTo("delete"), "what is left lying is no loss");
            }
            else
            {
                Assert.That(said, Does.Contain("made to fail: ").And.Contain("results.json"));
            }

            if (disk.Failed == "replace") Assert.That(Directory.GetFiles(_folder).Where(path => path != Target).Select(File.ReadAllText), Is.EqualTo((string[])[fresh]), "the finished file is kept");
            if (disk.Failed is "write" or "fsync" && !andLater) Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(exists ? 1 : 0), "nothing half-written is left");
        }

        Assert.That(hit, Is.SupersetOf((string[])["create", "write", "fsync", "replace", "fsync of the folder", "delete"]));
    }

    [Test]
    public void RenameThatFails_KeepsTheFinishedFile_UnderANameThatIsSaidAndStays()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        string target = Path.Combine(_folder, "sub", "results.json");
        AtomicFile file = AtomicFile.Prepare("--json", target, new DiskLayer());
        Directory.CreateDirectory(target); // it cannot be replaced any more, as where it is a mount point
        Assert.That(() => file.Write(stream => WriteInParts(stream, "new")), Throws.TypeOf<ResearchException>().With.Message.Contains($"kept as '{target}.new'"));
        Assert.That(() => file.Write(stream => WriteInParts(stream, "newer")), Throws.TypeOf<ResearchException>().With.Message.Contains($"kept as '{target}.new.1'"));
        Directory.Delete(target);
        AtomicFile.Prepare("--json", target, new DiskLayer()).Write(stream => WriteInParts(stream, "newest"));
        Assert.That((string[])[File.ReadAllText(target), File.ReadAllText(target + ".new"), File.ReadAllText(target + ".new.1")], Is.EqualTo((string[])["newest", "new", "newer"]));
    }

    [Test]
    public void ManyThreads_OnePath_AlwaysWhole()
    {
        string[] texts = [.. Enumerable.Range(0, 4).Select(i => new string((char)('a' + i), 50_000 + i))];
        File.WriteAllText(Target, texts[0]);
        using CancellationTokenSource done = new();
        Task reading = Task.Run(() =>
        {
            while (!done.IsCancellationRequested) Assert.That(texts, Does.Contain(ReadShared(Target)));
        });
        Parallel.For(0, 80, i => AtomicFile.Prepare("--json", Target, new DiskLayer()).Write(stream => WriteInParts(stream, texts[i % 4])));
        done.Cancel();
        Assert.That(async () => await reading, Throws.Nothing);
        Assert.That(Names, Is.EqualTo((string[])["results.json"]));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "modes, links and pipes are Unix's")]
    [UnsupportedOSPlatform("windows")]
    public void Mode_OfTheOldFileIsKept_AndHoldsWhileWriting()
    {
        File.WriteAllText(Target, "old");
        foreach (UnixFileMode mode in (UnixFileMode[])[UnixFileMode.UserRead | UnixFileMode.UserWrite, (UnixFileMode)0x1B4, (UnixFileMode)0x124]) // 600, 664, 444
        {
            File.SetUnixFileMode(Target, mode);
            AtomicFile.Prepare("--json", Target, new DiskLayer()).Write(stream =>
            {
                string temporary = Directory.GetFiles(_folder).Single(path => path != Target);
                Assert.That(File.GetUnixFileMode(temporary), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            });
            Assert.That(File.GetUnixFileMode(Target), Is.EqualTo(mode));
        }
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "links take a privilege there")]
    public void PlantedLinks_AreNotFollowed_AndAbandonedFilesGo()
    {
        string victim = Path.Combine(_folder, "victim");
        File.WriteAllText(victim, "precious");
        File.CreateSymbolicLink(Path.Combine(_folder, ".results.json.planted0.tmp"), victim);
        File.CreateSymbolicLink(Path.Combine(_folder, $".results.json.{Environment.ProcessId}.tmp"), victim); // the name that it once had
        File.WriteAllText(Path.Combine(_folder, ".results.json.abandond.tmp"), "half");
        using FileStream busy = new(Path.Combine(_folder, ".results.json.beingmad.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        AtomicFile.Prepare("--json", Target, new DiskLayer()).Write(stream => WriteInParts(stream, "new"));
        Assert.That(File.ReadAllText(victim), Is.EqualTo("precious"));
        Assert.That(File.ReadAllText(Target), Is.EqualTo("new"));
        Assert.That(Names, Does.Not.Contain(".results.json.abandond.tmp").And.Contain(".results.json.beingmad.tmp"), "what another writer holds stays");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "modes, links and pipes are Unix's")]
    public async Task Pipe_IsWritten_NotReplaced()
    {
        using (Process make = Process.Start("mkfifo", [Target])!) await make.WaitForExitAsync();
        Task<string> reader = Task.Run(() => File.ReadAllText(Target));
        AtomicFile file = AtomicFile.Prepare("--json", Target, new DiskLayer());
        await Task.Run(() => file.Write(stream => WriteInParts(stream, new string('n', 200_000))));
        Assert.That(await reader, Has.Length.EqualTo(200_000));
        Assert.That(FileKinds.Of(Target), Is.EqualTo(FileKind.Pipe));
        Assert.That(FileKinds.Of("/dev/null"), Is.EqualTo(FileKind.Pipe));
        AtomicFile.Prepare("--json", "/dev/null", new DiskLayer()).Write(stream => WriteInParts(stream, "gone"));
        Assert.That(FileKinds.Of("/dev/null"), Is.EqualTo(FileKind.Pipe));
        Assert.That(
            () => AtomicFile.Prepare("--json", "/dev/full", new DiskLayer()).Write(stream => WriteInParts(stream, "gone")),
            Throws.TypeOf<ResearchException>().With.Message.Contains("/dev/full"));
    }

    [Test]
    [Platform("Linux", Reason = "a device that refuses to be flushed")]
    public void FlushThatFails_IsReported_WhichDotNetDoesNot()
    {
        using FileStream device = new("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        device.Flush(flushToDisk: true);
        using DiskFile file = new(device);
        Assert.That(file.Sync, Throws.InstanceOf<IOException>().With.Message.Contains("fsync, error 22"));
        Assert.That(() => new DiskLayer().SyncFolder(Path.Combine(_folder, "missing")), Throws.InstanceOf<IOException>().With.Message.Contains("error 2"));
    }

    [TestCase(245)]
    [TestCase(255)]
    public void LongNames_AreWritten(int bytes)
    {
        string target = Path.Combine(_folder, new string('é', bytes / 2) + new string('x', bytes % 2));
        AtomicFile.Prepare("--json", target, new DiskLayer()).Write(stream => WriteInParts(stream, "new"));
        Assert.That(File.ReadAllText(target), Is.EqualTo("new"));
        Assert.That(() => AtomicFile.Prepare("--json", target + "123456789012", new DiskLayer()), Throws.TypeOf<ResearchException>());
    }

    private static string ReadShared(string path)
    {
        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    private static void WriteInParts(Stream stream, string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        for (int start = 0; start < bytes.Length; start += 60_000) stream.Write(bytes, start, Math.Min(60_000, bytes.Length - start));
    }
}
