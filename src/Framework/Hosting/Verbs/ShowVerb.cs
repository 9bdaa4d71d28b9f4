using System.CommandLine;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Reports;
using Research.Framework.Hosting.Sweeps;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Prints an experiment's plan, weights and state without running it.</summary>
internal sealed class ShowVerb : IVerb
{
    private readonly HostConsole _console;
    private readonly ExperimentCatalog _catalog;
    private readonly IExperimentRunner _runner;
    private readonly TimeProvider _time;
    private readonly RunOptions _options = new();
    private readonly Argument<string> _name = new("NAME") { Description = "The name of an experiment." };

    public ShowVerb(HostConsole console, ExperimentCatalog catalog, IExperimentRunner runner, TimeProvider time)
    {
        _console = console;
        _catalog = catalog;
        _runner = runner;
        _time = time;
        Command.Arguments.Add(_name);
        _options.AddPlanOptionsTo(Command);
    }

    public Command Command { get; } = new("show", "Prints an experiment's plan, weights and state without running it.");

    public Task<int> RunAsync(ParseResult parse, CancellationToken cancellation) => Patience.RunAsync(() => Show(parse), _time, cancellation);

    private int Show(ParseResult parse)
    {
        RunRequest request = _options.Read(parse, CommandLineErrors.RequireNames(parse, [parse.GetValue(_name)!]), 1);
        IReadOnlyList<CatalogExperiment> picked = request.Pick(_catalog);
        if (picked.Count > 1)
            throw new ResearchException($"show: expected one experiment, got '{request.Patterns[0]}', which matches {string.Join(", ", picked.Select(experiment => experiment.Name))}.");
        ExperimentRun run = picked[0].Prepare(request.FirstSeed, request.Settings, _catalog.Engine(request.Engine, request.Device));
        try
        {
            Warnings.Write(_console, run);
            ShowText.Write(_console.Output, picked[0], run);
        }
        catch (Exception exception) when (exception is not (ResearchException or IOException))
        {
            throw new UserCodeException($"Experiment '{run.Experiment}' cannot be run", exception); // a bug in a cell or layer
        }

        _runner.Check(run); // seen, and then refused as run would
        return ExitCode.Succeeded;
    }
}
