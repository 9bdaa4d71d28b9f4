using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Research.Framework.Engine;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Tests;

/// <summary>What a command line printed and returned.</summary>
internal sealed class CommandLineRun
{
    public required int ExitCode { get; init; }

    public required string Output { get; init; }

    public required string Error { get; init; }

    /// <summary>Runs a command line over fakes; <paramref name="width"/> null stands for redirected output.</summary>
    public static async Task<CommandLineRun> Of(
        string[] args, IExperimentRunner? runner = null, Action<IServiceCollection>? more = null, int? width = null, CancellationToken cancellation = default)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        HostApplication application = new(new HostConsole(output, error, width), services =>
        {
            AddFakes(services, runner ?? new FakeRunner());
            more?.Invoke(services);
        });
        int code = await application.RunAsync(args, cancellation);
        return new CommandLineRun { ExitCode = code, Output = output.ToString(), Error = error.ToString() };
    }

    /// <summary>An engine that compiles and never runs, two cells, three experiments.</summary>
    public static void AddFakes(IServiceCollection services, IExperimentRunner runner)
    {
        services.AddSingleton(runner);
        services.RemoveAll<IEngine>().AddEngine<FakeEngine>();
        services.AddCell("lstm", units => new FakeCell("lstm", units)).AddCell("gru", units => new FakeCell("gru", units));
        services.AddExperiment<OneChar>().AddExperiment<TimeSteps>().AddExperiment<StatefulOneChar>();
    }

    public static Task<CommandLineRun> Of(string line) => Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
