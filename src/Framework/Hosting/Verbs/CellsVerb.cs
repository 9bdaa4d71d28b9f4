using System.CommandLine;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Lists the cells.</summary>
internal sealed class CellsVerb(HostConsole console, ExperimentCatalog catalog) : IVerb
{
    public Command Command { get; } = new("cells", "Lists the cells.");

    public Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        foreach (string cell in catalog.Cells) console.Output.WriteLine(OneLine.Of(cell));
        return Task.FromResult(ExitCode.Succeeded);
    }
}
