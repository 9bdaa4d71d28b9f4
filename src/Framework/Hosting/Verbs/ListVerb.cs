using System.CommandLine;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Reports;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Lists the experiments.</summary>
internal sealed class ListVerb(HostConsole console, ExperimentCatalog catalog) : IVerb
{
    public Command Command { get; } = new("list", "Lists the experiments.");

    public Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        TextColumns.Write(console.Output, [.. catalog.Experiments(catalog.Cell(null)).Select(experiment => new[] { experiment.Name, experiment.Summary })]);
        return Task.FromResult(ExitCode.Succeeded);
    }
}
