namespace Research.Framework.Hosting.Files;

/// <summary>Finds out what a path leads to.</summary>
internal static class FileKinds
{
    /// <summary>The kind. Where the system cannot tell pipes from files, they are files.</summary>
    public static FileKind Of(string path)
    {
        const int Pipe = 0x1000, CharacterDevice = 0x2000, Folder = 0x4000, Regular = 0x8000;
        if (Directory.Exists(path)) return FileKind.Folder;
        int? type = OperatingSystem.IsLinux() ? Libc.TypeBits(path) : null;
        return type switch
        {
            null => File.Exists(path) ? FileKind.File : FileKind.Missing,
            Regular => FileKind.File,
            Pipe or CharacterDevice => FileKind.Pipe,
            Folder => FileKind.Folder,
            _ => FileKind.Other,
        };
    }
}
