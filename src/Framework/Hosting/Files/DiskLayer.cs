namespace Research.Framework.Hosting.Files;

/// <summary>The disk itself.</summary>
internal sealed class DiskLayer : IFileLayer
{
    public IOpenFile CreateNew(string path, UnixFileMode? mode)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (mode is { } bits && !OperatingSystem.IsWindows()) options.UnixCreateMode = bits;
        return new DiskFile(new FileStream(path, options));
    }

    public void Replace(string from, string to) => File.Move(from, to, overwrite: true);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: false);

    public void Delete(string path) => File.Delete(path);

    public void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsWindows()) Libc.SyncFolder(folder); // Windows has no such operation
    }
}
