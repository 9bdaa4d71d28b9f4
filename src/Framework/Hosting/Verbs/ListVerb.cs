using System.CommandLine;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Reports;
using Research.Framework.Hosting.Sweeps;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Lists the experiments, by groups.</summary>
internal sealed class ListVerb(HostConsole console, ExperimentCatalog catalog, TimeProvider time) : IVerb
{
    public Command Command { get; } = new("list", "Lists the experiments.");

    public async Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        IReadOnlyList<CatalogExperiment> experiments = await Patience.RunAsync(() => catalog.Experiments(catalog.Cell(null)), time, cancellation).ConfigureAwait(false);
        Write([.. experiments.Where(experiment => experiment.Failure is null)]);
        string[] failures = [.. experiments.Select(experiment => experiment.Failure?.Message).OfType<string>()];
        foreach (string failure in failures) console.Error.WriteLine(OneLine.Of(failure));
        return failures.Length == 0 ? ExitCode.Succeeded : ExitCode.RunFailed;
    }

    // Under headings where there are groups, in the order in which each has its first experiment; those of no group come last.
    private void Write(CatalogExperiment[] experiments)
    {
        IGrouping<string?, CatalogExperiment>[] groups = [.. experiments.GroupBy(experiment => experiment.Group?.Name).OrderBy(group => group.Key is null)];
        bool hasHeadings = groups.Any(group => group.Key is not null), hasDefault = experiments.Any(experiment => experiment.Group is { IsDefault: true });
        int width = experiments.Select(experiment => OneLine.Of(experiment.Name).Length).DefaultIfEmpty().Max();
        foreach (IGrouping<string?, CatalogExperiment> group in groups)
        {
            if (group != groups[0]) console.Output.WriteLine();
            string which = hasDefault && group.Any(experiment => experiment.Group is { IsDefault: true }) ? " (run without a command)" : "";
            if (hasHeadings) console.Output.WriteLine(OneLine.Of(group.Key ?? "Others") + which);
            TextColumns.Write(console.Output, [.. group.Select(experiment => new[] { OneLine.Of(experiment.Name).PadRight(width), experiment.Summary })], hasHeadings ? "  " : "");
        }
    }
}
