namespace Research.Framework.Hosting.Files;

/// <summary>A file on the disk. Writes go past every buffer of this process, so that whatever ends it loses none.</summary>
/// <param name="stream">Without a buffer; disposed of with this.</param>
internal sealed class DiskFile(FileStream stream) : IOpenFile
{
    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(stream.SafeFileHandle, bytes, offset);

    public int Read(Span<byte> bytes, long offset) => RandomAccess.Read(stream.SafeFileHandle, bytes, offset);

    public void Truncate(long length) => RandomAccess.SetLength(stream.SafeFileHandle, length);

    public void SetMode(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(stream.SafeFileHandle, mode);
    }

    public void Sync()
    {
        if (!OperatingSystem.IsWindows()) Libc.Sync(stream.SafeFileHandle);
        // There, and on macOS, fsync alone leaves the bytes in the drive's own memory.
        if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(stream.SafeFileHandle);
    }

    public void Dispose() => stream.Dispose();
}
