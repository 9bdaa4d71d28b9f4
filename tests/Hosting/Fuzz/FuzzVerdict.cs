namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>What became of a case.</summary>
/// <param name="Refusal">The message; null where it ran.</param>
/// <param name="Fault">What should not have happened; null where all is well.</param>
internal sealed record FuzzVerdict(string? Refusal, Exception? Fault)
{
    /// <summary>Runs a case: it succeeds or is refused in words, and nothing else comes out.</summary>
    public static FuzzVerdict Of(IFuzzCase tried)
    {
        try
        {
            tried.Run();
            return new FuzzVerdict(null, null);
        }
        catch (ResearchException exception) when (IsRefusal(exception))
        {
            return new FuzzVerdict(exception.Message, null);
        }
        catch (Exception exception)
        {
            return new FuzzVerdict(null, exception);
        }
    }

    /// <summary>The kind of fault: its type and where it was thrown; null where there is none.</summary>
    public string? Kind => Fault is null ? null : $"{Innermost(Fault).GetType().Name} {Innermost(Fault).StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Research.", StringComparison.Ordinal))?.Trim()}";

    /// <summary>The simplest case that has a fault of this kind.</summary>
    public IFuzzCase Shrink(IFuzzCase tried)
    {
        while (tried.Smaller().FirstOrDefault(smaller => Of(smaller).Kind == Kind) is { } found) tried = found;
        return tried;
    }

    // None of these cases has code of a user's own, so that whatever it is said to have thrown is the framework's.
    private static bool IsRefusal(ResearchException exception) =>
        exception is not UserCodeException && !string.IsNullOrWhiteSpace(exception.Message) && Innermost(exception) is ResearchException or FormatException or ArgumentException { ParamName: null };

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
