using Research.Framework.Experiments;
using Research.Framework.Hosting.Files;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Reports;
using Research.Framework.Hosting.Sweeps;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Runs what a command line asked for, shows how it goes, and reports.</summary>
internal sealed class SweepJob(HostConsole console, ExperimentCatalog catalog, IExperimentRunner runner, IFileLayer disk, TimeProvider time)
{
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="ResearchException">Something in the request is wrong; nothing has been run.</exception>
    public async Task<int> RunAsync(RunRequest request, CancellationToken cancellation)
    {
        // Everything that can be wrong is checked before the first run starts.
        using ResultsFile? file = request.JsonPath is null ? null : ResultsFile.Prepare(console, disk, time, request.JsonPath, request.Quiet);
        Sweep sweep = await Patience.RunAsync(() => new Sweep(runner, catalog.Engine(request.Engine, request.Device), request.Pick(catalog), request, time), time, cancellation).ConfigureAwait(false);
        foreach (ExperimentOutcome outcome in sweep.Outcomes) Warnings.Write(console, outcome.First);
        if (file is not null) sweep.RunEnded = (outcome, index) => file.Keep(outcome, index, sweep.Engine);

        using (cancellation.Register(() => file?.SyncSoon()))
        {
            await new SweepDisplay(console, time).RunAsync(sweep, request.Quiet, cancellation).ConfigureAwait(false);
        }

        SweepReport report = new(ResultsFile.IsStandardOutput(request.JsonPath) ? console.OnErrorAlone() : console, sweep, request);
        bool failed = report.WriteFailures();
        bool written = file is null || await file.WriteAsync(sweep, time, cancellation).ConfigureAwait(false); // first: showing it may take its time
        report.WriteResults();
        failed |= !written;
        bool interrupted = report.WriteInterruption() || (!written && cancellation.IsCancellationRequested);
        return interrupted ? ExitCode.Interrupted : failed ? ExitCode.RunFailed : ExitCode.Succeeded;
    }
}
