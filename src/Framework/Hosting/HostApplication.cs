using System.CommandLine;
using System.CommandLine.Help;
using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Verbs;

namespace Research.Framework.Hosting;

/// <summary>The command line over a console and services that are handed in: parses, and leaves the rest to a verb.</summary>
internal sealed class HostApplication(HostConsole console, Action<IServiceCollection> configure)
{
    /// <summary>Runs a command line.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        try
        {
            ServiceProvider services = BuildServices();
            await using (services.ConfigureAwait(false))
            {
                return await RunAsync(BuildCommand(services), args, cancellation).ConfigureAwait(false);
            }
        }
        catch (ResearchException exception)
        {
            console.Error.WriteLine(OneLine.Of(exception.Message));
            return ExitCode.UsageFailed;
        }
        catch (IOException exception) // a full disk behind the output, or a file that an experiment reads
        {
            console.Error.WriteLine(OneLine.Of(exception.Message));
            return ExitCode.RunFailed;
        }
        catch (Exception exception)
        {
            // A bug in the framework's code, or in what was registered: its author needs the trace, not a core dump.
            console.Error.WriteLine(exception);
            return ExitCode.RunFailed;
        }
    }

    private async Task<int> RunAsync(Command command, string[] args, CancellationToken cancellation)
    {
        if (args is ["help", .. var verb]) args = [.. verb, "--help"]; // as other programs have it
        ParseResult parse = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Action is not { ClearsParseErrors: true } && CommandLineErrors.Explain(parse) is { } error) throw new ResearchException(error);
        return await parse.InvokeAsync(
            new InvocationConfiguration
            {
                Output = console.Output,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // signals are the host's
            },
            cancellation).ConfigureAwait(false);
    }

    private ServiceProvider BuildServices()
    {
        ServiceCollection services = new();
        services.AddSingleton(console).AddSingleton(TextWriter.Synchronized(console.Error)).AddResearch().AddVerbs();
        configure(services);
        try
        {
            return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
        }
        catch (AggregateException exception)
        {
            IEnumerable<string> findings = exception.InnerExceptions.Select(inner => (inner.InnerException ?? inner).Message).Distinct();
            throw new ResearchException($"What is registered cannot be created: {string.Join(' ', findings)} Register what its constructor asks for.", exception);
        }
    }

    private static Command BuildCommand(IServiceProvider services)
    {
        MainVerb main = services.GetRequiredService<MainVerb>();
        main.Command.SetAction(main.RunAsync);
        foreach (IVerb verb in services.GetServices<IVerb>())
        {
            verb.Command.SetAction(verb.RunAsync);
            main.Command.Subcommands.Add(verb.Command);
        }

        HelpOption help = main.Command.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return main.Command;
    }
}
