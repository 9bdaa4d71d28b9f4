using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Reports;
using Research.Framework.Hosting.Sweeps;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Runs what a command line asked for, shows how it goes, and reports.</summary>
internal sealed class SweepJob(HostConsole console, ExperimentCatalog catalog, IExperimentRunner runner, TimeProvider time)
{
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="ResearchException">Something in the request is wrong; nothing has been run.</exception>
    public async Task<int> RunAsync(RunRequest request, CancellationToken cancellation)
    {
        // Everything that can be wrong is checked before the first run starts.
        AtomicFile? file = request.JsonPath is null ? null : AtomicFile.Prepare("--json", request.JsonPath);
        Sweep sweep = new(runner, catalog.Engine(request.Engine), request.Pick(catalog), request);
        foreach (ExperimentOutcome outcome in sweep.Outcomes) Warnings.Write(console, outcome.First);

        await new SweepDisplay(console, time).RunAsync(sweep, request.Quiet, cancellation).ConfigureAwait(false);

        SweepReport report = new(console, sweep, request);
        bool failed = report.WriteFailures();
        if (file is not null && !report.WriteJson(file)) failed = true; // first: showing it may fail
        report.WriteResults();
        return report.WriteInterruption() ? ExitCode.Interrupted : failed ? ExitCode.RunFailed : ExitCode.Succeeded;
    }
}
