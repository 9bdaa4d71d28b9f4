using System.Diagnostics;
using System.Globalization;

namespace Research.Framework;

/// <summary>
/// Code that an experiment brought along threw what it should not have: a bug of its author's, which
/// <see cref="Exception.InnerException"/> shows in full. It fails its own run and no other.
/// </summary>
public sealed class UserCodeException : ResearchException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="what">What was called, e.g. <c>metric 'lift'</c>: how the message begins.</param>
    /// <param name="innerException">What it threw; named in the message, with the line of code where that is known.</param>
    public UserCodeException(string what, Exception innerException) : base($"{what}: {Describe(innerException)}", innerException)
    {
    }

    /// <summary>Whether what was thrown is the code's own: neither a <see cref="ResearchException"/> nor the cancellation that was asked for.</summary>
    /// <param name="thrown">What was thrown.</param>
    /// <param name="cancellation">What may have been asked for; none where the code has no part in it.</param>
    internal static bool IsOwn(Exception thrown, CancellationToken cancellation = default) =>
        thrown is not ResearchException && !(thrown is OperationCanceledException && cancellation.IsCancellationRequested);

    /// <summary>Calls such code. Of what it throws, a <see cref="ResearchException"/> passes as it is.</summary>
    internal static T Guard<T>(string what, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (IsOwn(exception))
        {
            throw new UserCodeException(what, exception);
        }
    }

    /// <summary>The same of what yields nothing.</summary>
    internal static void Guard(string what, Action call) => Guard(what, () =>
    {
        call();
        return true;
    });

    /// <summary>What an exception says; where even asking for that throws, that.</summary>
    /// <param name="thrown">Any exception.</param>
    public static string MessageOf(Exception thrown)
    {
        ArgumentNullException.ThrowIfNull(thrown);
        try
        {
            return thrown.Message ?? "(no message)"; // an override may return null all the same
        }
        catch (Exception another)
        {
            return $"(its message cannot be read: {another.GetType().Name})";
        }
    }

    private static string Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        StackFrame? place = new StackTrace(exception, fNeedFileInfo: true).GetFrames().FirstOrDefault(frame => frame.GetFileName() is not null);
        string text = $"{exception.GetType().Name}: {MessageOf(exception)}";
        return place is null ? text : string.Create(CultureInfo.InvariantCulture, $"{text} ({Path.GetFileName(place.GetFileName())}, line {place.GetFileLineNumber()})");
    }
}
