namespace Research.Framework;

/// <summary>What follows from a <see cref="Finding"/>.</summary>
public enum Severity
{
    /// <summary>It cannot be run.</summary>
    Error,

    /// <summary>It can be run, but hardly as it was meant: shown, and not refused.</summary>
    Warning,
}
