#if !VERIFY
using DiffEngine;

namespace Research.Snapshots;

/// <summary>Shows a mismatch in the desktop's diff tool, as Verify does.</summary>
internal static class DiffTool
{
    // DiffEngine knows build servers and its own switch (DiffEngine_Disabled=true), but not that a Linux terminal may
    // have no screen behind it.
    private static bool HasDesktop { get; } =
        !DiffRunner.Disabled
        && !BuildServerDetector.Detected
        && Environment.UserInteractive
        && (!OperatingSystem.IsLinux()
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DISPLAY"))
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("WAYLAND_DISPLAY")));

    public static async Task Open(SnapshotFile file)
    {
        if (HasDesktop) await DiffRunner.LaunchAsync(file.ReceivedPath, file.VerifiedPath);
    }

    public static void Close(SnapshotFile file)
    {
        if (HasDesktop) DiffRunner.Kill(file.ReceivedPath, file.VerifiedPath);
    }
}
#endif
