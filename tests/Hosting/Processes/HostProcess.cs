using System.Diagnostics;

namespace Research.Framework.Hosting.Tests.Processes;

/// <summary>A <see cref="Program"/> that runs, with streams as a shell redirects them.</summary>
internal sealed class HostProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    // Tests that a script runs in the background inherit that Ctrl-C is not for them.
    private static readonly string s_reset = IgnoresInterrupts() ? "env --default-signal=INT" : "";

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private HostProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts one.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="shell">What a shell does on top, e.g. <c>2>&amp;-</c>.</param>
    /// <param name="before">What stands before the command, e.g. <c>env -u HOME</c>.</param>
    public static HostProcess Start(string folder, string arguments, string shell = "", string before = "")
    {
        string dotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        ProcessStartInfo start = new("/bin/sh", ["-c", $"exec {s_reset} {before} '{dotnet}' exec '{typeof(Program).Assembly.Location}' {arguments} {shell}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new HostProcess(Process.Start(start)!);
    }

    /// <summary>Sends a signal, e.g. <c>TERM</c>.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("/bin/kill", [$"-{name}", FormattableString.Invariant($"{_process.Id}")]);
        kill.WaitForExit();
    }

    /// <summary>Waits until a file has some lines.</summary>
    public void WaitForLines(string path, int lines)
    {
        long start = Stopwatch.GetTimestamp();
        while (!File.Exists(path) || ReadShared(path).Count(letter => letter == '\n') < lines)
        {
            if (_process.HasExited) Assert.Fail($"It ended with {_process.ExitCode}: {_output.Result} {_error.Result}");
            if (Stopwatch.GetElapsedTime(start) > s_patience) Assert.Fail($"{path} never had {lines} lines.");
            Thread.Sleep(20);
        }
    }

    /// <summary>Waits until it has ended.</summary>
    public async Task<CommandLineRun> EndAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        await _process.WaitForExitAsync(patience.Token);
        return new CommandLineRun { ExitCode = _process.ExitCode, Output = await _output, Error = await _error };
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static bool IgnoresInterrupts()
    {
        const string Field = "SigIgn:";
        const ulong Interrupt = 1 << 1;
        string? line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal)) : null;
        return line is not null && (Convert.ToUInt64(line[Field.Length..].Trim(), 16) & Interrupt) != 0;
    }

    private static string ReadShared(string path)
    {
        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
