using System.CommandLine;
using System.CommandLine.Help;
using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Files;
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
                int code = await RunAsync(BuildCommand(services), args, cancellation).ConfigureAwait(false);
                if (console.OutputFailure is not { } failure) return code;
                console.Error.WriteLine(OneLine.Of($"Not all could be shown: {failure.Message}"));
                return code == ExitCode.Succeeded ? ExitCode.RunFailed : code;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            console.Error.WriteLine("Interrupted before anything was run.");
            return ExitCode.Interrupted;
        }
        catch (ResearchException exception)
        {
            console.Error.WriteLine(OneLine.Of(UserCodeException.MessageOf(exception)));
            return ExitCode.UsageFailed;
        }
        catch (IOException exception) // a file that an experiment reads
        {
            console.Error.WriteLine(OneLine.Of(exception.Message));
            return ExitCode.RunFailed;
        }
        catch (Exception exception)
        {
            // A bug in the framework's code, or in what was registered: its author needs the trace, not a core dump.
            console.Error.WriteLine(Trace(exception));
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

    // Of many lines, each as it is.
    private static string Trace(Exception exception)
    {
        try
        {
            return string.Join(Environment.NewLine, exception.ToString().ReplaceLineEndings("\n").Split('\n').Select(OneLine.Of));
        }
        catch (Exception) // an override that throws
        {
            return OneLine.Of($"{exception.GetType()}: {UserCodeException.MessageOf(exception)}");
        }
    }

    private ServiceProvider BuildServices()
    {
        ServiceCollection services = new();
        services.AddSingleton(console).AddSingleton<IFileLayer>(new DiskLayer()).AddSingleton(TextWriter.Synchronized(console.Error)).AddResearch().AddVerbs();
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
