using Research.Framework.Hosting.Files;

namespace Research.Framework.Hosting.Tests.Files;

/// <summary>The real disk, of which one operation fails, or from it on every one.</summary>
internal sealed class FaultyLayer(int failing, bool andLater = false) : IFileLayer
{
    private readonly DiskLayer _disk = new();
    private int _operations;

    /// <summary>The operation that failed first, e.g. <c>fsync</c>; null where none was hit.</summary>
    public string? Failed { get; private set; }

    public IOpenFile CreateNew(string path, UnixFileMode? mode)
    {
        Count("create");
        return new FaultyFile(this, _disk.CreateNew(path, mode));
    }

    public void Replace(string from, string to)
    {
        Count("replace");
        _disk.Replace(from, to);
    }

    public void Rename(string from, string to)
    {
        Count("rename");
        _disk.Rename(from, to);
    }

    public void Delete(string path)
    {
        Count("delete");
        _disk.Delete(path);
    }

    public void SyncFolder(string folder)
    {
        Count("fsync of the folder");
        _disk.SyncFolder(folder);
    }

    private void Count(string operation)
    {
        int now = Interlocked.Increment(ref _operations);
        if (now != failing && !(andLater && now > failing)) return;
        Failed ??= operation;
        throw new IOException($"made to fail: {operation}");
    }

    private sealed class FaultyFile(FaultyLayer layer, IOpenFile file) : IOpenFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            try
            {
                layer.Count("write");
            }
            catch (IOException)
            {
                file.Write(bytes[..(bytes.Length / 2)], offset); // a disk that becomes full takes a part
                throw;
            }

            file.Write(bytes, offset);
        }

        public int Read(Span<byte> bytes, long offset)
        {
            layer.Count("read");
            return file.Read(bytes, offset);
        }

        public void Truncate(long length)
        {
            layer.Count("truncate");
            file.Truncate(length);
        }

        public void SetMode(UnixFileMode mode)
        {
            layer.Count("chmod");
            file.SetMode(mode);
        }

        public void Sync()
        {
            layer.Count("fsync");
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }
}
