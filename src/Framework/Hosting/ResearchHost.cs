using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting;

/// <summary>The command line: everything a research project's <c>Program.cs</c> needs.</summary>
public static class ResearchHost
{
    /// <summary>
    /// Runs the command line: <c>return await ResearchHost.RunAsync(args, services => services.AddExperiment&lt;MyExperiment&gt;());</c>.
    /// Ctrl-C ends a run cleanly and reports what finished.
    /// </summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="configure">
    /// Adds experiments, cells and other services to the framework's own and the built-in cells; of two registrations
    /// of one service, yours is used. Returns what it was given.
    /// </param>
    /// <param name="cancellation">Ends a run as Ctrl-C does.</param>
    /// <returns>
    /// The exit code: 0 all went well, 1 a run failed, 2 a name, value or file on the command line was wrong, 130
    /// interrupted.
    /// </returns>
    public static async Task<int> RunAsync(string[] args, Func<IServiceCollection, IServiceCollection>? configure = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        using CancellationTokenSource interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        HostConsole console = HostConsole.OfProcess();
        void Interrupt(PosixSignalContext context)
        {
            if (interrupted.IsCancellationRequested) return; // the second time the process ends at once
            context.Cancel = true;
            interrupted.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        return await new HostApplication(console, services =>
        {
            services.AddResearchCells();
            configure?.Invoke(services);
        }).RunAsync(args, interrupted.Token).ConfigureAwait(false);
    }
}
