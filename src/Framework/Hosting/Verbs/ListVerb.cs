using System.CommandLine;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Reports;
using Research.Framework.Hosting.Sweeps;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Lists the experiments.</summary>
internal sealed class ListVerb(HostConsole console, ExperimentCatalog catalog, TimeProvider time) : IVerb
{
    public Command Command { get; } = new("list", "Lists the experiments.");

    public async Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        IReadOnlyList<CatalogExperiment> experiments = await Patience.RunAsync(() => catalog.Experiments(catalog.Cell(null)), time, cancellation).ConfigureAwait(false);
        TextColumns.Write(console.Output, [.. experiments.Where(experiment => experiment.Failure is null).Select(experiment => new[] { experiment.Name, experiment.Summary })]);
        string[] failures = [.. experiments.Select(experiment => experiment.Failure?.Message).OfType<string>()];
        foreach (string failure in failures) console.Error.WriteLine(OneLine.Of(failure));
        return failures.Length == 0 ? ExitCode.Succeeded : ExitCode.RunFailed;
    }
}
