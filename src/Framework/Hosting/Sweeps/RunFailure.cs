using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>A run that failed.</summary>
internal sealed record RunFailure(int Seed, Exception Exception)
{
    /// <summary>What was thrown by a bug in code rather than by input; null where it was input.</summary>
    public Exception? Bug => Exception is UserCodeException ? Exception.InnerException : Exception is ResearchException ? null : Exception;

    /// <summary>One line for people.</summary>
    public string Message => Exception is ResearchException
        ? OneLine.Of(Exception.Message)
        : OneLine.Of($"{Exception.GetType().Name}: {Exception.Message}");
}
