using System.Text;

namespace Research.Snapshots;

/// <summary>
/// A snapshot on disk: the verified text, which only people write, and the received one, which exists only while the two
/// differ.
/// </summary>
/// <param name="directory">The folder of the test's source.</param>
/// <param name="name">The snapshot's name, e.g. <c>CellSnapshots.Layout_units=2</c>.</param>
internal sealed class SnapshotFile(string directory, string name)
{
    public string VerifiedPath { get; } = Path.Combine(directory, name + ".verified.txt");

    public string ReceivedPath { get; } = Path.Combine(directory, name + ".received.txt");

    /// <summary>
    /// Compares, leaving a received file where the texts differ and none where they agree. The verified file is only read.
    /// </summary>
    /// <param name="text">The received text; not empty.</param>
    /// <returns>What differs, for people; null when nothing does.</returns>
    public string? FindMismatch(string text)
    {
        // An empty verified file is what diff tools make of a missing one, so an empty text could never be told from it.
        if (text.Length == 0) throw new ArgumentException("Snapshot: expected a text, got an empty one.", nameof(text));
        if (!Directory.Exists(directory))
            throw new DirectoryNotFoundException($"Snapshot {name}: the folder of the test's source, {directory}, does not exist here; build and run the tests on the same machine.");
        string received = WithLineFeeds(text);

        // File.ReadAllText drops the byte order mark.
        string verified = File.Exists(VerifiedPath) ? WithLineFeeds(File.ReadAllText(VerifiedPath)) : "";
        if (verified == received)
        {
            File.Delete(ReceivedPath);
            return null;
        }

        // UTF-8 with a byte order mark, as Verify writes it: renaming the file is all it takes to accept it.
        File.WriteAllText(ReceivedPath, received, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        string what = verified.Length == 0
            ? $"Snapshot {name} has no verified file yet. Received:\n\n{LineDiff.Of("", received)}"
            : $"Snapshot {name} differs (- verified, + received):\n\n{LineDiff.Of(verified, received)}";
        return $"{what}\n\nverified: {VerifiedPath}\nreceived: {ReceivedPath}\nIf the received text is right, move it over the verified one and say why in the commit.";
    }

    private static string WithLineFeeds(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
