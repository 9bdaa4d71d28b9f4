using System.Text;

namespace Research.Snapshots;

public class SnapshotFileTests
{
    private string _folder = "";
    private SnapshotFile _file = new("", "");

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("snapshots").FullName;
        _file = new SnapshotFile(_folder, "Class.Method");
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Names_AreVerifys()
    {
        Assert.That(_file.VerifiedPath, Is.EqualTo(Path.Combine(_folder, "Class.Method.verified.txt")));
        Assert.That(_file.ReceivedPath, Is.EqualTo(Path.Combine(_folder, "Class.Method.received.txt")));
    }

    [Test]
    public void Match_DeletesStaleReceived()
    {
        File.WriteAllText(_file.VerifiedPath, "A -> B\nB -> C");
        File.WriteAllText(_file.ReceivedPath, "stale");
        Assert.That(_file.FindMismatch("A -> B\nB -> C"), Is.Null);
        Assert.That(File.Exists(_file.ReceivedPath), Is.False);
    }

    [Test]
    public void Mismatch_LeavesReceivedAndShowsTheDiff()
    {
        string verified = string.Join('\n', Enumerable.Range(1, 20).Select(i => $"line {i}"));
        File.WriteAllText(_file.VerifiedPath, verified);
        string? message = _file.FindMismatch(verified.Replace("line 10\n", "line ten\n", StringComparison.Ordinal));
        Assert.That(File.ReadAllText(_file.ReceivedPath), Does.Contain("line ten"));
        Assert.That(message, Does.Contain("   10 - line 10\n   10 + line ten\n"));
        Assert.That(message, Does.Contain("    7   line 7\n").And.Contain("   13   line 13\n"));
        Assert.That(message, Does.Not.Contain("line 6\n").And.Not.Contain("line 14"));
        Assert.That(message, Does.Contain(_file.VerifiedPath).And.Contain(_file.ReceivedPath));
    }

    [Test]
    public void MissingVerified_FailsAndLeavesReceived()
    {
        Assert.That(_file.FindMismatch("A -> B"), Does.Contain("no verified file").And.Contain("1 + A -> B"));
        Assert.That(File.ReadAllBytes(_file.ReceivedPath), Is.EqualTo((byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("A -> B")]));
    }

    [Test]
    public void EmptyVerified_CountsAsMissing()
    {
        File.WriteAllText(_file.VerifiedPath, "");
        Assert.That(_file.FindMismatch("A -> B"), Does.Contain("no verified file"));
    }

    [TestCase("A -> B\r\nB -> C\r\n", "A -> B\nB -> C\n")]
    [TestCase("A -> B\nB -> C\n", "A -> B\r\nB -> C\r\n")]
    public void LineEnds_DoNotMatter(string verified, string received)
    {
        File.WriteAllText(_file.VerifiedPath, verified, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.That(_file.FindMismatch(received), Is.Null);
    }

    [TestCase("A -> B", "A -> B\n")]
    [TestCase("A -> B", "A -> B ")]
    [TestCase("A -> B", "a -> B")]
    public void EverythingElse_Matters(string verified, string received)
    {
        File.WriteAllText(_file.VerifiedPath, verified);
        Assert.That(_file.FindMismatch(received), Does.Contain("differs"));
    }

    [Test]
    public void Verified_IsNeverWritten()
    {
        Assert.That(_file.FindMismatch("new"), Is.Not.Null);
        Assert.That(File.Exists(_file.VerifiedPath), Is.False);

        byte[] verified = Encoding.UTF8.GetBytes("old\r\n");
        File.WriteAllBytes(_file.VerifiedPath, verified);
        Assert.That(_file.FindMismatch("new"), Is.Not.Null);
        Assert.That(_file.FindMismatch("old\n"), Is.Null);
        Assert.That(File.ReadAllBytes(_file.VerifiedPath), Is.EqualTo(verified));
    }

    [Test]
    public void Accepting_IsRenaming()
    {
        Assert.That(_file.FindMismatch("Ä -> B\r\n"), Is.Not.Null);
        File.Move(_file.ReceivedPath, _file.VerifiedPath);
        Assert.That(_file.FindMismatch("Ä -> B\r\n"), Is.Null);
    }

    [Test]
    public void EmptyText_IsRefused() => Assert.That(() => _file.FindMismatch(""), Throws.ArgumentException);

    [Test]
    public void LongDiff_IsCutShort()
    {
        string text = string.Join('\n', Enumerable.Range(1, 1000).Select(i => $"line {i}"));
        Assert.That(LineDiff.Of("", text), Does.EndWith("... and 940 more changed lines"));
    }

    [Test]
    public void Diff_MovedBlock_KeepsCommonLines()
    {
        Assert.That(LineDiff.Of("a\nb\nc\nd", "a\nc\nd\ne"), Is.EqualTo("    1   a\n    2 - b\n    2   c\n    3   d\n    4 + e"));
    }
}
