namespace Research.Framework;

/// <summary>
/// Bad input, found at a boundary: the message says what was expected, what came, where, and what to do.
/// The command line prints the message alone and exits with code 2.
/// </summary>
public class ResearchException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected, what came, where, and what to do.</param>
    public ResearchException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with the failure that caused it.</summary>
    /// <param name="message">What was expected, what came, where, and what to do.</param>
    /// <param name="innerException">The underlying failure.</param>
    public ResearchException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
