using System.Globalization;
using System.Security;
using System.Text;

namespace Research.Framework.Hosting.Files;

/// <summary>
/// A file that appears whole or not at all: written beside its name, held by the disk, then renamed, and the folder held by the
/// disk too. What stood under the name stays until then. A pipe or a terminal is written as it is.
/// </summary>
internal sealed class AtomicFile
{
    // While it is written nobody else may read what may replace a file that nobody else may read.
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly IFileLayer _layer;

    private AtomicFile(string path, bool isPipe, IFileLayer layer)
    {
        Path = path;
        IsPipe = isPipe;
        _layer = layer;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Whether the path is a pipe's or a device's: whoever reads it has what was written, and nothing is kept there.</summary>
    public bool IsPipe { get; }

    /// <summary>Checks, before any work is done, that the file can be written, and clears away what writers that were killed left of it.</summary>
    /// <param name="option">What messages begin with.</param>
    /// <param name="path">The file; a link is followed.</param>
    /// <param name="layer">The disk.</param>
    /// <exception cref="ResearchException">It cannot.</exception>
    public static AtomicFile Prepare(string option, string path, IFileLayer layer)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new ResearchException($"{option}: expected a file's path, got an empty one.");
        try
        {
            string full = System.IO.Path.GetFullPath(path);
            switch (FileKinds.Of(full))
            {
                case FileKind.Pipe: return new AtomicFile(full, isPipe: true, layer);
                case FileKind.Other: throw new ResearchException($"{option}: '{path}' is a disk or a socket; name a file.");
                case FileKind.Folder: throw new ResearchException($"{option}: '{path}' is a folder; name a file in it, e.g. {System.IO.Path.Combine(path, "results.json")}.");
            }

            if (new FileInfo(full).LinkTarget is not null) full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName; // or the link would be replaced
            string folder = System.IO.Path.GetDirectoryName(full)!;
            if (!Directory.Exists(folder)) throw new ResearchException($"{option}: the folder of '{path}' does not exist; create '{folder}' first.");
            // Names that the system makes up, such as /dev/stdout, cannot be replaced.
            if (IsSystems(System.IO.Path.GetFullPath(path)) || IsSystems(full))
                throw new ResearchException($"{option}: '{path}' is a name of the system's and cannot be replaced by a file; name a file. Standard output is '-'.");
            int bytes = Encoding.UTF8.GetByteCount(System.IO.Path.GetFileName(full));
            if (bytes > FileNames.MostBytes)
                throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"{option}: '{path}' has a name of {bytes} bytes; expected at most {FileNames.MostBytes}."));
            AtomicFile file = new(full, isPipe: false, layer);
            file.DeleteAbandoned();
            file.DeleteQuietly(file.CreateTemporary(OwnersAlone)); // nothing to write yet
            return file;
        }
        catch (Exception exception) when (IsOfFiles(exception) || exception is ArgumentException or NotSupportedException)
        {
            throw new ResearchException($"{option}: '{path}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Opens a pipe ahead of <see cref="Write"/>, which otherwise does it: that takes until somebody opens its other end, for ever where nobody does.</summary>
    /// <exception cref="ResearchException">It cannot be opened.</exception>
    public Stream OpenPipe()
    {
        try
        {
            return new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            throw new ResearchException($"'{Path}' could not be written: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the whole file.</summary>
    /// <param name="write">Writes it.</param>
    /// <param name="pipe">The pipe, where it has been opened; it is closed.</param>
    /// <exception cref="ResearchException">
    /// It cannot be written, and the old file, if any, is as it was; or, as the message says, the disk may not hold the new one's name.
    /// </exception>
    public void Write(Action<Stream> write, Stream? pipe = null)
    {
        try
        {
            if (IsPipe) WriteThrough(write, pipe);
            else WriteBeside(write);
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            throw new ResearchException($"'{Path}' could not be written: {exception.Message}", exception);
        }
    }

    /// <summary>Whether an exception is a file's: of the disk, of rights.</summary>
    public static bool IsOfFiles(Exception exception) => exception is IOException or UnauthorizedAccessException or SecurityException;

    private void WriteThrough(Action<Stream> write, Stream? pipe)
    {
        using Stream stream = pipe ?? OpenPipe();
        write(stream);
    }

    private void WriteBeside(Action<Stream> write)
    {
        UnixFileMode? mode = OperatingSystem.IsWindows() || !File.Exists(Path) ? null : File.GetUnixFileMode(Path);
        Temporary temporary = CreateTemporary(mode is null ? null : OwnersAlone);
        using IOpenFile open = temporary.File; // until it is renamed, or others would take it for abandoned
        bool whole = false;
        try
        {
            using (BufferedStream stream = new(new WritingStream(open), 1 << 16))
            {
                write(stream);
            }

            if (mode is { } bits) open.SetMode(bits);
            open.Sync();
            whole = true;
        }
        finally
        {
            if (!whole) DeleteQuietly(temporary.Path);
        }

        try
        {
            _layer.Replace(temporary.Path, Path);
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            throw new ResearchException($"'{Path}' could not be replaced: {exception.Message.TrimEnd('.')}. The finished file is kept as '{Keep(temporary.Path)}'; move it where it belongs.", exception);
        }

        try
        {
            _layer.SyncFolder(System.IO.Path.GetDirectoryName(Path)!);
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            throw new ResearchException($"'{Path}' was written, but the disk may lose it if power fails: {exception.Message}", exception);
        }
    }

    // Under a name that nobody clears away.
    private string Keep(string temporary)
    {
        try
        {
            return FileNames.SetAside(_layer, temporary, Path + ".new");
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            return temporary;
        }
    }

    private Temporary CreateTemporary(UnixFileMode? mode)
    {
        const int Tries = 10;
        for (int attempt = 1; ; attempt++)
        {
            string path = FileNames.Temporary(Path);
            try
            {
                IOpenFile file = _layer.CreateNew(path, mode);
                if (attempt == Tries || System.IO.Path.Exists(path)) return new Temporary(path, file);
                file.Dispose(); // somebody cleared it away before it was locked
            }
            catch (IOException exception) when (attempt < Tries && IsTaken(exception))
            {
                // By chance, or by somebody who clears away and looks at it.
            }
        }
    }

    // "Exists" and "in use" by the systems' numbers: Linux and macOS 17, Linux 11, macOS 35; Windows 80, 183 and 32.
    private static bool IsTaken(IOException exception) => (exception.HResult & 0xFFFF) is 17 or 11 or 35 or 80 or 183 or 32;

    // A temporary file is locked while somebody writes it; one that can be opened was left by a writer that was killed.
    private void DeleteAbandoned()
    {
        string prefix = FileNames.TemporaryPrefix(Path), folder = System.IO.Path.GetDirectoryName(Path)!;
        foreach (string path in Directory.EnumerateFiles(folder).Where(path =>
            path.StartsWith(prefix, StringComparison.Ordinal) && path.EndsWith(FileNames.TemporaryEnd, StringComparison.Ordinal)))
        {
            try
            {
                if (new FileInfo(path).LinkTarget is not null || FileKinds.Of(path) != FileKind.File) continue; // planted
                using FileStream held = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
                _layer.Delete(path);
            }
            catch (Exception exception) when (IsOfFiles(exception))
            {
                // Somebody is writing it, or it is not ours: it stays.
            }
        }
    }

    private void DeleteQuietly(Temporary temporary)
    {
        temporary.File.Dispose();
        DeleteQuietly(temporary.Path);
    }

    private void DeleteQuietly(string path)
    {
        try
        {
            _layer.Delete(path);
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            // The half-written file stays under its own name; the failure that led here is the one to report.
        }
    }

    // What /dev and /proc hold are no files, whatever they lead to.
    private static bool IsSystems(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);

    private sealed record Temporary(string Path, IOpenFile File);
}
