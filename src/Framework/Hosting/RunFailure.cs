namespace Research.Framework.Hosting;

/// <summary>A run that failed.</summary>
internal sealed record RunFailure(int Seed, Exception Exception)
{
    /// <summary>One line for people.</summary>
    public string Message => Exception is ResearchException
        ? OneLine.Of(Exception.Message)
        : OneLine.Of($"{Exception.GetType().Name}: {Exception.Message}");
}
