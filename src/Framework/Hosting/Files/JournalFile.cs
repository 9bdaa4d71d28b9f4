namespace Research.Framework.Hosting.Files;

/// <summary>
/// A file to which lines are added, a short one by one write: those written survive the process, however it ends, and those held by
/// the disk survive the machine. A line that was being written when the process ended has no end. For several threads at once.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    // A line of more bytes is never in memory as a whole.
    private const int PieceBytes = 1 << 16;

    private readonly Lock _writing = new();
    private readonly Lock _syncing = new();
    private readonly IFileLayer _layer;
    private readonly IOpenFile _file;
    private long _length;
    private long _synced;
    private bool _closed;

    private JournalFile(string path, string? earlier, IOpenFile file, IFileLayer layer)
    {
        Path = path;
        Earlier = earlier;
        _file = file;
        _layer = layer;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Where a journal now is that a run which was killed had left under this name; null where there was none.</summary>
    public string? Earlier { get; }

    /// <summary>Begins a journal. One that is there already is kept under another name.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="layer">The disk.</param>
    /// <exception cref="ResearchException">Another run is writing it.</exception>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static JournalFile Begin(string path, IFileLayer layer)
    {
        string? earlier = null;
        if (System.IO.Path.Exists(path))
        {
            bool empty;
            try
            {
                using FileStream held = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                empty = held.Length == 0;
            }
            catch (IOException exception)
            {
                throw new ResearchException($"'{path}' is in use: another run is writing the same results. Wait for it, or name another file.", exception);
            }

            if (empty) layer.Delete(path);
            else earlier = FileNames.SetAside(layer, path, path);
        }

        IOpenFile file = layer.CreateNew(path, null);
        try
        {
            layer.SyncFolder(System.IO.Path.GetDirectoryName(path)!);
            return new JournalFile(path, earlier, file, layer);
        }
        catch
        {
            file.Dispose();
            try
            {
                layer.Delete(path);
            }
            catch (Exception exception) when (AtomicFile.IsOfFiles(exception))
            {
                // It stays, and holds nothing.
            }

            throw;
        }
    }

    /// <summary>Begins a journal without a name, for what is needed until this process ends and no longer.</summary>
    /// <param name="layer">The disk.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static JournalFile BeginNameless(IFileLayer layer)
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"research-{System.IO.Path.GetRandomFileName()}");
        IOpenFile file = layer.CreateNew(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            layer.Delete(path); // it lives for as long as it is open
            return new JournalFile(path, null, file, layer);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds a line. After the end it is ignored.</summary>
    /// <param name="write">Writes the line, its end included.</param>
    /// <returns>Where it begins; null after the end.</returns>
    /// <exception cref="IOException">It cannot be written; the lines before it stand, and no part of it.</exception>
    public long? Append(Action<Stream> write)
    {
        lock (_writing)
        {
            if (_closed) return null;
            try
            {
                WritingStream end = new(_file, _length);
                using (BufferedStream line = new(end, PieceBytes)) write(line);
                long begin = _length;
                _length = end.End;
                return begin;
            }
            catch
            {
                try
                {
                    _file.Truncate(_length);
                }
                catch (Exception exception) when (AtomicFile.IsOfFiles(exception))
                {
                    // The next line is written over what this one left; whoever reads ignores a last line without an end.
                }

                throw;
            }
        }
    }

    /// <summary>Reads what was written.</summary>
    /// <param name="begin">From where.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="to">Receives them, a piece at a time.</param>
    /// <exception cref="IOException">They cannot be read.</exception>
    public void Read(long begin, long length, Stream to)
    {
        byte[] piece = new byte[(int)Math.Min(length, PieceBytes)];
        while (length > 0)
        {
            int read = _file.Read(piece.AsSpan(0, (int)Math.Min(length, piece.Length)), begin);
            if (read == 0) throw new IOException($"'{Path}' is shorter than what was written to it.");
            to.Write(piece.AsSpan(0, read));
            begin += read;
            length -= read;
        }
    }

    /// <summary>Has the disk hold all lines so far.</summary>
    /// <exception cref="IOException">It does not.</exception>
    public void Sync()
    {
        // A slow disk keeps nobody from adding lines meanwhile.
        lock (_syncing)
        {
            long length;
            lock (_writing)
            {
                if (_closed || _synced == _length) return;
                length = _length;
            }

            _file.Sync();
            _synced = length;
        }
    }

    /// <summary>Ends and deletes it: what it held stands elsewhere by now.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    public void Delete()
    {
        _layer.Delete(Path); // before others may open it
        Dispose();
    }

    /// <summary>Ends it, and leaves it where it is; an empty one is of no use to anybody and goes.</summary>
    public void Dispose()
    {
        lock (_syncing)
        {
            lock (_writing)
            {
                if (_closed) return;
                _closed = true;
                try
                {
                    if (_length == 0) _layer.Delete(Path);
                }
                catch (Exception exception) when (AtomicFile.IsOfFiles(exception))
                {
                    // It stays, and holds nothing.
                }

                _file.Dispose();
            }
        }
    }
}
