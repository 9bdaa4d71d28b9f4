namespace Research.Framework.Hosting.Output;

/// <summary>
/// A file that appears whole or not at all: written beside its name, flushed to the disk, then renamed. What stood
/// under the name stays until then.
/// </summary>
internal sealed class AtomicFile
{
    private readonly string _beside;

    private AtomicFile(string path, string beside)
    {
        Path = path;
        _beside = beside;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Checks, before any work is done, that the file can be written.</summary>
    /// <exception cref="ResearchException">It cannot.</exception>
    public static AtomicFile Prepare(string option, string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new ResearchException($"{option}: expected a file's path, got an empty one.");
        try
        {
            string full = System.IO.Path.GetFullPath(path);
            if (new FileInfo(full).LinkTarget is not null) full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName; // or the link would be replaced
            if (Directory.Exists(full)) throw new ResearchException($"{option}: '{path}' is a folder; name a file in it, e.g. {System.IO.Path.Combine(path, "results.json")}.");
            string folder = System.IO.Path.GetDirectoryName(full)!;
            if (!Directory.Exists(folder)) throw new ResearchException($"{option}: the folder of '{path}' does not exist; create '{folder}' first.");
            // Renaming replaces a device by a file, where root runs it: /dev/null, for everyone.
            if (folder == "/dev" || folder.StartsWith("/proc/", StringComparison.Ordinal))
                throw new ResearchException($"{option}: '{path}' is a device or a pipe, and would be replaced; name a file.");
            string name = System.IO.Path.GetFileName(full);
            AtomicFile file = new(full, System.IO.Path.Combine(folder, FormattableString.Invariant($".{name}.{Environment.ProcessId}.tmp")));
            using (new FileStream(file._beside, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                // Nothing to write yet.
            }

            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ResearchException($"{option}: '{path}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the whole file.</summary>
    /// <exception cref="ResearchException">It cannot be written; the old file, if any, is as it was.</exception>
    public void Write(Action<Stream> write)
    {
        try
        {
            using (FileStream stream = new(_beside, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(_beside, Path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ResearchException($"'{Path}' could not be written: {exception.Message}", exception);
        }
        finally
        {
            Discard();
        }
    }

    private void Discard()
    {
        try
        {
            File.Delete(_beside);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The half-written file stays under its own name; the failure that led here is the one to report.
        }
    }
}
