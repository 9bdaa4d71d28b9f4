using System.CommandLine;
using Research.Framework.Engine;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Lists the engines.</summary>
internal sealed class EnginesVerb(HostConsole console, ExperimentCatalog catalog) : IVerb
{
    public Command Command { get; } = new("engines", "Lists the engines.");

    public Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        foreach (string name in catalog.Engines)
        {
            console.Output.WriteLine(OneLine.Of(catalog.Engine(name) switch
            {
                UnavailableEngine engine => $"{name} (not here: {engine.Reason})",
                IDeviceEngine engine => $"{name} (--device {string.Join(", ", engine.Devices)})",
                _ => name,
            }));
        }

        return Task.FromResult(ExitCode.Succeeded);
    }
}
