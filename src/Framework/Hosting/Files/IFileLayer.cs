namespace Research.Framework.Hosting.Files;

/// <summary>
/// The few operations on a disk that writing a file durably takes. Tests put one in its place of which any operation can fail.
/// Each throws an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where it fails, and then has changed nothing.
/// </summary>
internal interface IFileLayer
{
    /// <summary>Creates a file where there is none of that name, not even a link. While it is open others may read it, and cannot open it for themselves alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Its mode, where files have one; null for what the process gives its files.</param>
    IOpenFile CreateNew(string path, UnixFileMode? mode);

    /// <summary>Renames a file; what stood under the new name is replaced.</summary>
    void Replace(string from, string to);

    /// <summary>Renames a file; fails where the new name is taken.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file, if it is there.</summary>
    void Delete(string path);

    /// <summary>Has the disk hold what was created, renamed and deleted in a folder.</summary>
    void SyncFolder(string folder);
}
