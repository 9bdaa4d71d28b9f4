using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Research.Framework.Hosting.Files;

/// <summary>
/// What .NET leaves out of the system's C library. Its own ways to flush return normally when fsync fails, so that a file which
/// never reached the disk would pass for written.
/// </summary>
internal static partial class Libc
{
    private const int InterruptedCall = 4, AccessDenied = 13, Invalid = 22, NotSupportedOnLinux = 95, NotSupportedOnMac = 45;
    private const int ThisFolder = -100, TypeField = 1, TypeOffset = 28, BufferSize = 256;

    /// <summary>Has the disk hold a file's contents.</summary>
    /// <exception cref="IOException">It does not: with the system's reason.</exception>
    public static void Sync(SafeFileHandle file)
    {
        while (FSync(file) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != InterruptedCall) throw Failure("fsync", error);
        }
    }

    /// <summary>Has the disk hold a folder's names. File systems and folders that have no such operation are left as they are.</summary>
    /// <exception cref="IOException">The disk does not hold them: with the system's reason.</exception>
    public static void SyncFolder(string folder)
    {
        int descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == AccessDenied) return; // a folder that may be written to but not listed cannot be opened
            throw Failure("open", error);
        }

        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        while (FSync(handle) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is Invalid or NotSupportedOnLinux or NotSupportedOnMac) return;
            if (error != InterruptedCall) throw Failure("fsync", error);
        }
    }

    /// <summary>The type bits of what a path leads to, as in a file's mode; null where it leads nowhere, or the system cannot tell.</summary>
    public static int? TypeBits(string path)
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        try
        {
            return Statx(ThisFolder, path, 0, TypeField, buffer) == 0 ? MemoryMarshal.Read<ushort>(buffer[TypeOffset..]) & 0xF000 : null;
        }
        catch (EntryPointNotFoundException) // a C library from before 2018
        {
            return null;
        }
    }

    /// <summary>
    /// Whether a descriptor came with the process. Where a standard stream was closed when the process began, its number goes to whatever
    /// is opened next, such as a pipe of the runtime's own; that bears a mark which nothing that came with the process can have.
    /// </summary>
    public static bool IsInherited(int descriptor)
    {
        const int GetFlags = 1, CloseOnExec = 1;
        int flags = Control(descriptor, GetFlags);
        return flags >= 0 && (flags & CloseOnExec) == 0;
    }

    private static IOException Failure(string operation, int error) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Marshal.GetPInvokeErrorMessage(error)} ({operation}, error {error})."));

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint fields, Span<byte> result);
}
