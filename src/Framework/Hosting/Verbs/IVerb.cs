using System.CommandLine;

namespace Research.Framework.Hosting.Verbs;

/// <summary>A word of the command line. Dependency injection makes it, so its constructor asks for what it needs.</summary>
internal interface IVerb
{
    /// <summary>Its name, description, arguments and options.</summary>
    Command Command { get; }

    /// <summary>Does what was asked for.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="ResearchException">A name, value or file is wrong; nothing has been run.</exception>
    Task<int> RunAsync(ParseResult parse, CancellationToken cancellation);
}
