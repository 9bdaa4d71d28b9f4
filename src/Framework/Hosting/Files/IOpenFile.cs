namespace Research.Framework.Hosting.Files;

/// <summary>A file that is being written; what was written can be read again.</summary>
internal interface IOpenFile : IDisposable
{
    /// <summary>Writes bytes at a place, by one call of the system's.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Reads bytes at a place.</summary>
    /// <returns>How many there were, at most as many as asked for; 0 at the end.</returns>
    int Read(Span<byte> bytes, long offset);

    /// <summary>Cuts the file to a length.</summary>
    void Truncate(long length);

    /// <summary>Gives the file a mode, where files have one.</summary>
    void SetMode(UnixFileMode mode);

    /// <summary>Has the disk hold what was written. When this returns it does.</summary>
    void Sync();
}
