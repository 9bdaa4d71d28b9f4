namespace Research.Framework.Hosting.Files;

/// <summary>What a path leads to, links followed.</summary>
internal enum FileKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A file that keeps what is written.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A named pipe, or a device that takes one byte after another, such as a terminal.</summary>
    Pipe,

    /// <summary>A whole disk or a socket.</summary>
    Other,
}
