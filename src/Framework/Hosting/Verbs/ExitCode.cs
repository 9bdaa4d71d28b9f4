namespace Research.Framework.Hosting.Verbs;

/// <summary>What the program returns.</summary>
internal static class ExitCode
{
    public const int Succeeded = 0;

    /// <summary>A run failed, the others being kept; or results could not be written or shown.</summary>
    public const int RunFailed = 1;

    /// <summary>A name, value or file is wrong, and nothing was run.</summary>
    public const int UsageFailed = 2;

    /// <summary>Interrupted; what had finished is kept. By a signal other than Ctrl-C's, the host returns that signal's code in its place.</summary>
    public const int Interrupted = 130;
}
