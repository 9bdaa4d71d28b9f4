using System.CommandLine;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Lists the engines.</summary>
internal sealed class EnginesVerb(HostConsole console, ExperimentCatalog catalog) : IVerb
{
    public Command Command { get; } = new("engines", "Lists the engines.");

    public Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        foreach (string engine in catalog.Engines) console.Output.WriteLine(OneLine.Of(engine));
        return Task.FromResult(ExitCode.Succeeded);
    }
}
