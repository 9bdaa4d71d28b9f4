using System.Text;
using Research.Framework.Hosting.Files;

namespace Research.Framework.Hosting.Tests.Files;

/// <summary>A line that was added stays, and no half of one.</summary>
public sealed class JournalFileTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("files-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    private string Target => Path.Combine(_folder, "results.json.journal");

    [Test]
    public void EveryOperationFailing_TheOtherLinesStand()
    {
        string[] lines = [.. Enumerable.Range(0, 5).Select(i => new string((char)('a' + i), 1000 * (5 - i)) + "\n")];
        HashSet<string> hit = [];
        for (int failing = 3; ; failing++) // the first two create it
        {
            if (File.Exists(Target)) File.Delete(Target);
            FaultyLayer disk = new(failing, andLater: failing % 2 == 0);
            List<string> kept = [];
            using (JournalFile journal = JournalFile.Begin(Target, disk))
            {
                foreach (string line in lines)
                {
                    try
                    {
                        journal.Append(to => to.Write(Encoding.UTF8.GetBytes(line)));
                        kept.Add(line);
                        journal.Sync();
                    }
                    catch (IOException exception)
                    {
                        Assert.That(exception.Message, Does.StartWith("made to fail: "));
                    }
                }
            }

            if (kept.Count > 0) Assert.That(File.ReadAllText(Target), Does.StartWith(string.Concat(kept)), $"operation {failing}");
            if (failing % 2 == 1 && kept.Count > 0) Assert.That(File.ReadAllText(Target), Is.EqualTo(string.Concat(kept)), $"operation {failing}");
            if (disk.Failed is null) break;
            hit.Add(disk.Failed);
        }

        Assert.That(hit, Is.SupersetOf((string[])["write", "fsync"]));
    }

    [Test]
    public void EarlierJournal_IsKeptUnderAnotherName()
    {
        File.WriteAllText(Target, "earlier\n");
        File.WriteAllText(Target + ".1", "earliest\n");
        using (JournalFile journal = JournalFile.Begin(Target, new DiskLayer()))
        {
            Assert.That(journal.Earlier, Is.EqualTo(Target + ".2"));
            journal.Append(line => line.Write("now\n"u8));
        }

        Assert.That((string[])[File.ReadAllText(Target), File.ReadAllText(Target + ".1"), File.ReadAllText(Target + ".2")], Is.EqualTo((string[])["now\n", "earliest\n", "earlier\n"]));
    }

    [Test]
    public void TwoRunsOfOneFile_TheSecondIsRefused_AndAnEmptyOneGoes()
    {
        using (JournalFile journal = JournalFile.Begin(Target, new DiskLayer()))
        {
            Assert.That(() => JournalFile.Begin(Target, new DiskLayer()), Throws.TypeOf<ResearchException>().With.Message.Contains("another run"));
        }

        Assert.That(File.Exists(Target), Is.False);
    }

    [Test]
    public void ManyThreads_EveryLineIsWhole()
    {
        using (JournalFile journal = JournalFile.Begin(Target, new DiskLayer()))
        {
            Parallel.For(0, 500, i =>
            {
                journal.Append(line => line.Write(Encoding.UTF8.GetBytes(new string((char)('a' + i % 26), 1 + i) + "\n")));
                if (i % 7 == 0) journal.Sync();
            });
        }

        Assert.That(File.ReadAllLines(Target).Select(line => line.Length).Order(), Is.EqualTo(Enumerable.Range(1, 500)));
        Assert.That(File.ReadAllLines(Target).Select(line => line.Distinct().Count()), Is.All.EqualTo(1));
    }
}
