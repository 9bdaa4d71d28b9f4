using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Signals;
using Research.Framework.Hosting.Verbs;

namespace Research.Framework.Hosting;

/// <summary>The command line: everything a research project's <c>Program.cs</c> needs.</summary>
public static class ResearchHost
{
    /// <summary>
    /// Runs the command line: <c>return await ResearchHost.RunAsync(args, services => services.AddExperiment&lt;MyExperiment&gt;());</c>.
    /// Ctrl-C, SIGTERM and a closed terminal end it cleanly: what has finished is reported and written. A second signal, more than a
    /// second later, ends the process at once.
    /// </summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="configure">
    /// Adds experiments, cells and other services to the framework's own and the built-in cells; of two registrations
    /// of one service, yours is used. Returns what it was given.
    /// </param>
    /// <param name="cancellation">Ends a run as Ctrl-C does.</param>
    /// <returns>
    /// The exit code: 0 all went well, 1 a run failed or results could not be written, 2 a name, value or file on the command line
    /// was wrong; interrupted 130, 143 by SIGTERM, 129 by SIGHUP.
    /// </returns>
    public static async Task<int> RunAsync(string[] args, Func<IServiceCollection, IServiceCollection>? configure = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        using CancellationTokenSource interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        HostConsole console = HostConsole.OfProcess();
        void Stop()
        {
            try
            {
                interrupted.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // All was over when the signal came.
            }
        }

        Interruption interruption = new(TimeProvider.System, Stop, Environment.Exit);
        PosixSignalRegistration[] signals = [.. Interruption.Heard.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            interruption.Take(context.Signal);
        }))];
        try
        {
            int code = await new HostApplication(console, services =>
            {
                services.AddResearchCells();
                configure?.Invoke(services);
            }).RunAsync(args, interrupted.Token).ConfigureAwait(false);
            return code == ExitCode.Interrupted && interruption.ExitCode is { } bySignal ? bySignal : code;
        }
        finally
        {
            foreach (PosixSignalRegistration signal in signals) signal.Dispose();
        }
    }
}
