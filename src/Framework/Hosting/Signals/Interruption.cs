using System.Runtime.InteropServices;

namespace Research.Framework.Hosting.Signals;

/// <summary>
/// Makes one request to stop of the signals that ask a process to end. The first is a request; those that follow within a second
/// are the same one (<c>timeout</c> and terminals send it twice); a later one ends the process at once.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="stop">Asks for the stop.</param>
/// <param name="quit">Ends the process, with an exit code.</param>
internal sealed class Interruption(TimeProvider time, Action stop, Action<int> quit)
{
    private static readonly TimeSpan s_sameRequest = TimeSpan.FromSeconds(1);

    private readonly Lock _deciding = new();
    private long _first;

    /// <summary>What a process that was ended by the signal returns: 128 and the signal's number; null before any came.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>The signals that ask a process to end, as far as this one should hear them.</summary>
    public static IReadOnlyList<PosixSignal> Heard => IsHangupIgnored() ? [PosixSignal.SIGINT, PosixSignal.SIGTERM] : [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    /// <summary>Takes a signal.</summary>
    public void Take(PosixSignal signal)
    {
        int code = 128 + signal switch { PosixSignal.SIGHUP => 1, PosixSignal.SIGTERM => 15, _ => 2 };
        bool first;
        lock (_deciding)
        {
            first = ExitCode is null;
            if (!first && time.GetElapsedTime(_first) < s_sameRequest) return;
            if (first) _first = time.GetTimestamp();
            ExitCode ??= code;
        }

        if (first) stop();
        else quit(code);
    }

    // Whoever started the process with nohup wants it to outlive the terminal; .NET would hear the signal none the less.
    private static bool IsHangupIgnored()
    {
        const string Field = "SigIgn:";
        try
        {
            string? line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal)) : null;
            return line is not null && (Convert.ToUInt64(line[Field.Length..].Trim(), 16) & 1) != 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }
}
