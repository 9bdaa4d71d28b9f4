using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;

namespace Research.Framework.Hosting;

/// <summary>The command line over a console and services that are handed in.</summary>
internal sealed class HostApplication(HostConsole console, Action<IServiceCollection> configure)
{
    private const int MainSeeds = 20;
    private const int Succeeded = 0, RunFailed = 1, UsageFailed = 2, Interrupted = 130;

    private readonly RunOptions _options = new();
    private readonly Argument<string[]> _names = new("NAME") { Description = "Names of experiments; * and ? match as in file names.", Arity = ArgumentArity.OneOrMore };
    private readonly Argument<string> _name = new("NAME") { Description = "The name of an experiment." };

    /// <summary>Runs a command line.</summary>
    /// <returns>0, or 1 when a run failed, 2 for wrong input, 130 when interrupted.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        try
        {
            ParseResult parse = BuildCommand().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parse.Errors.Count > 0 && parse.Action is not { ClearsParseErrors: true }) throw new ResearchException(Explain(parse));
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
        catch (ResearchException exception)
        {
            console.Error.WriteLine(OneLine.Of(exception.Message));
            return UsageFailed;
        }
        catch (IOException exception) // a full disk behind the output, or a file that an experiment reads
        {
            console.Error.WriteLine(OneLine.Of(exception.Message));
            return RunFailed;
        }
        catch (Exception exception)
        {
            // A bug in an experiment's or the framework's code: its author needs the trace, not a core dump.
            console.Error.WriteLine(exception);
            return RunFailed;
        }
    }

    private RootCommand BuildCommand()
    {
        RootCommand root = new("Runs recurrent-network experiments over many seeds. Without a command: all of them, in one table.");
        _options.AddTo(root);
        root.SetAction((parse, cancellation) => InServicesAsync(services => RunAsync(services, _options.Read(parse, [], MainSeeds), cancellation)));

        Command run = new("run", "Runs experiments by name or glob.") { _names };
        _options.AddTo(run);
        run.SetAction((parse, cancellation) =>
            InServicesAsync(services => RunAsync(services, _options.Read(parse, Names(parse, parse.GetValue(_names)!), 1), cancellation)));

        Command show = new("show", "Prints an experiment's plan, weights and state without running it.") { _name };
        _options.AddPlanOptionsTo(show);
        show.SetAction((parse, _) => InServicesAsync(services => Task.FromResult(Show(services, _options.Read(parse, Names(parse, [parse.GetValue(_name)!]), 1)))));

        Command list = new("list", "Lists the experiments.");
        list.SetAction((_, _) => InServicesAsync(services => Task.FromResult(List(services))));

        Command cells = new("cells", "Lists the cells.");
        cells.SetAction((_, _) => InServicesAsync(services => Task.FromResult(ListCells(services))));

        root.Subcommands.Add(run);
        root.Subcommands.Add(show);
        root.Subcommands.Add(list);
        root.Subcommands.Add(cells);
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction usual } help) help.Action = new HelpWithExamples(usual);
        }

        return root;
    }

    // Names swallow what looks like an option but is none; nobody calls an experiment that.
    private static string[] Names(ParseResult parse, string[] names) =>
        Array.Find(names, name => name.StartsWith('-')) is { } option ? throw new ResearchException(UnknownOption(parse, option)) : names;

    private static string UnknownOption(ParseResult parse, string option)
    {
        IEnumerable<string> known = parse.CommandResult.Command.Options.Concat(parse.RootCommandResult.Command.Options.Where(candidate => candidate.Recursive))
            .Select(candidate => candidate.Name).Distinct();
        return NameSuggestions.Unknown("option", option, [.. known]);
    }

    private static string Explain(ParseResult parse)
    {
        if (parse.UnmatchedTokens.Count > 0)
        {
            string token = parse.UnmatchedTokens[0];
            if (token.StartsWith('-')) return UnknownOption(parse, token);
            Command command = parse.CommandResult.Command;
            if (command is not RootCommand) return $"'{command.Name}' does not take '{token}'; see {command.Name} --help.";
            string[] verbs = [.. command.Subcommands.Select(known => known.Name), "--help"];
            string hint = NameSuggestions.Nearest(token, verbs) is null ? $" An experiment is run with: run {token}." : "";
            return NameSuggestions.Unknown("command", token, verbs) + hint;
        }

        SymbolResult? symbol = parse.Errors[0].SymbolResult;
        return symbol is CommandResult or ArgumentResult && parse.CommandResult.Command is not RootCommand
            ? $"{parse.CommandResult.Command.Name}: expected the name of an experiment; 'list' shows them."
            : parse.Errors[0].Message;
    }

    private async Task<int> InServicesAsync(Func<IServiceProvider, Task<int>> act)
    {
        ServiceCollection collection = new();
        collection.AddResearch();
        configure(collection);
        collection.TryAddSingleton<ISeedRunner, SeedRunner>();
        ServiceProvider services = collection.BuildServiceProvider();
        await using (services.ConfigureAwait(false))
        {
            return await act(services).ConfigureAwait(false);
        }
    }

    private int List(IServiceProvider services)
    {
        ExperimentCatalog catalog = new(services);
        TextColumns.Write(console.Output, [.. catalog.Experiments(catalog.Cell(null)).Select(experiment => new[] { experiment.Name, experiment.Summary })]);
        return Succeeded;
    }

    private int ListCells(IServiceProvider services)
    {
        foreach (string cell in new ExperimentCatalog(services).Cells) console.Output.WriteLine(cell);
        return Succeeded;
    }

    private int Show(IServiceProvider services, RunRequest request)
    {
        IReadOnlyList<CatalogExperiment> picked = Select(services, request);
        if (picked.Count > 1)
            throw new ResearchException($"show: expected one experiment, got '{request.Patterns[0]}', which matches {string.Join(", ", picked.Select(experiment => experiment.Name))}.");
        ExperimentPlan plan = picked[0].Plan(request.FirstSeed, request.Settings);
        Warn(picked[0].Name, plan);
        ShowText.Write(console.Output, picked[0], plan, request.FirstSeed, services.GetRequiredService<IEngine>());
        services.GetRequiredService<ISeedRunner>().Check(picked[0].Name, plan, request.FirstSeed); // seen, and then refused as run would
        return Succeeded;
    }

    private static IReadOnlyList<CatalogExperiment> Select(IServiceProvider services, RunRequest request)
    {
        ExperimentCatalog catalog = new(services);
        ICellFactory cell = catalog.Cell(request.Cell);
        IReadOnlyList<CatalogExperiment> all = catalog.Experiments(cell);
        return request.Patterns.Count == 0 ? all : ExperimentCatalog.Pick(all, request.Patterns);
    }

    private async Task<int> RunAsync(IServiceProvider services, RunRequest request, CancellationToken cancellation)
    {
        // Everything that can be wrong is checked before the first run starts.
        AtomicFile? file = request.JsonPath is null ? null : AtomicFile.Prepare("--json", request.JsonPath);
        Sweep sweep = new(services.GetRequiredService<ISeedRunner>(), Select(services, request), request);
        foreach (ExperimentOutcome outcome in sweep.Outcomes) Warn(outcome.Name, outcome.Plan);

        await new SweepDisplay(console, services.GetRequiredService<TimeProvider>()).RunAsync(sweep, request.Quiet, cancellation).ConfigureAwait(false);

        string engine = services.GetRequiredService<IEngine>().Name;
        bool failed = ReportFailures(sweep);
        if (file is not null && !WriteJson(file, sweep, engine, request.Quiet)) failed = true; // first: showing it may fail
        Report(sweep, request, engine);

        int runs = sweep.Outcomes.Count * request.Seeds;
        if (sweep.Outcomes.Sum(outcome => outcome.Ended) < runs)
        {
            int finished = sweep.Outcomes.Sum(outcome => outcome.Results.Count);
            console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Interrupted: {finished} of {runs} runs finished."));
            return Interrupted;
        }

        return failed ? RunFailed : Succeeded;
    }

    // What can run, but hardly as it was meant, is said and done.
    private void Warn(string experiment, ExperimentPlan plan)
    {
        foreach (Finding finding in PlanValidator.Findings(plan).Where(finding => finding.Severity == Severity.Warning))
            console.Error.WriteLine(OneLine.Of($"Warning, {experiment}: {finding.Message.TrimEnd('.')}."));
    }

    private void Report(Sweep sweep, RunRequest request, string engine)
    {
        if (sweep.Outcomes.All(outcome => outcome.Results.Count == 0)) return;
        if (!request.Quiet)
        {
            string cell = sweep.Outcomes[0].Experiment.Cell.Name;
            string seeds = request.Seeds == 1
                ? string.Create(CultureInfo.InvariantCulture, $"seed {request.FirstSeed}")
                : string.Create(CultureInfo.InvariantCulture, $"seeds {request.FirstSeed} to {request.FirstSeed + request.Seeds - 1}, mean ± half of the 95 % interval");
            console.Output.WriteLine($"{cell}, {engine} engine, {seeds}");
            console.Output.WriteLine();
        }

        SummaryTable.Of(sweep.Outcomes).Write(console);
        if (request.Quiet) return;
        foreach (ExperimentResult run in sweep.Outcomes.Select(outcome => outcome.Results).Where(results => results.Count > 0).Select(results => results[0]))
            PredictionText.Write(console, run);
    }

    private bool ReportFailures(Sweep sweep)
    {
        bool any = false;
        foreach (ExperimentOutcome outcome in sweep.Outcomes)
        {
            // A plan that cannot run fails alike with every seed: one line for all of them.
            foreach (IGrouping<string, RunFailure> same in outcome.Failures.GroupBy(failure => failure.Message))
            {
                any = true;
                RunFailure first = same.First();
                string seeds = string.Join(", ", same.Select(failure => failure.Seed.ToString(CultureInfo.InvariantCulture)));
                console.Error.WriteLine($"{outcome.Name}, seed{(same.Count() > 1 ? "s" : "")} {seeds} failed: {same.Key}");
                if (first.Exception is not ResearchException) console.Error.WriteLine(first.Exception.StackTrace); // a bug in code, not in input
            }
        }

        return any;
    }

    private bool WriteJson(AtomicFile file, Sweep sweep, string engine, bool quiet)
    {
        try
        {
            file.Write(stream => JsonReport.Write(stream, sweep.Outcomes, engine));
        }
        catch (ResearchException exception)
        {
            console.Error.WriteLine(OneLine.Of(exception.Message));
            return false;
        }

        if (!quiet) console.Error.WriteLine($"Results written to {file.Path}");
        return true;
    }
}
