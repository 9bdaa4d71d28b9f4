using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>A run that failed.</summary>
internal sealed record RunFailure(int Seed, Exception Exception)
{
    /// <summary>Where a bug in code, rather than input, made the run fail; null where it was input.</summary>
    public string? Trace
    {
        get
        {
            Exception? bug = Exception is UserCodeException ? Exception.InnerException : Exception is ResearchException ? null : Exception;
            try
            {
                return bug?.StackTrace;
            }
            catch (Exception) // an override that throws
            {
                return null;
            }
        }
    }

    /// <summary>One line for people.</summary>
    public string Message => Exception is ResearchException
        ? OneLine.Of(UserCodeException.MessageOf(Exception))
        : OneLine.Of($"{Exception.GetType().Name}: {UserCodeException.MessageOf(Exception)}");
}
