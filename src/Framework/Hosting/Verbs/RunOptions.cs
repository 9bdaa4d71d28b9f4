using System.CommandLine;
using System.Globalization;
using Research.Framework.Hosting.Sweeps;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Verbs;

/// <summary>
/// The options that say what is run and how. They are read as text and checked here, so that every wrong value is
/// answered alike: what was expected, and what came.
/// </summary>
internal sealed class RunOptions
{
    private const int MostSeeds = 100_000;

    private readonly Option<string> _cell = new("--cell") { HelpName = "NAME", Description = "The recurrent cell, one of those that 'cells' lists. Default: lstm." };
    private readonly Option<string> _engine = new("--engine") { HelpName = "NAME", Description = "What trains, one of those that 'engines' lists. Default: managed." };
    private readonly Option<string> _device = new("--device") { HelpName = "NAME", Description = "Where the engine computes, for one that has several: torch's are cpu, cuda, mps and auto. Default: the engine's own, cpu." };
    private readonly Option<string> _seed = new("--seed") { HelpName = "N", Description = "The first seed; further ones count up from it. Default: 1." };
    private readonly Option<string> _seeds = new("--seeds") { HelpName = "N", Description = $"How many seeds, 1 to {MostSeeds}. Default: 1 for 'run', 20 without a command." };
    private readonly Option<string[]> _settings = new("--set") { HelpName = "PATH=VALUE", Description = "Changes a field of the plan, e.g. training.epochs=50; repeatable. 'show NAME' lists the paths.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _threads = new("--threads") { HelpName = "N", Description = $"Threads, 1 to {TrainingOptions.MostThreads}: seeds run at once, and threads left over help each training. Results do not depend on it. Default: one for each processor." };
    private readonly Option<string> _json = new("--json") { HelpName = "FILE", Description = "Writes every run's metrics, predictions, generated texts and loss of each epoch to a file; - is standard output. An interrupted or wholly failed sweep is written to FILE.partial. While it goes on, FILE.journal has a line for each finished run." };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Prints the table alone." };

    /// <summary>Adds the options that decide a plan.</summary>
    public void AddPlanOptionsTo(Command command)
    {
        command.Options.Add(_cell);
        command.Options.Add(_engine);
        command.Options.Add(_device);
        command.Options.Add(_seed);
        command.Options.Add(_settings);
    }

    /// <summary>Adds all options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_cell);
        command.Options.Add(_engine);
        command.Options.Add(_device);
        command.Options.Add(_seed);
        command.Options.Add(_seeds);
        command.Options.Add(_settings);
        command.Options.Add(_threads);
        command.Options.Add(_json);
        command.Options.Add(_quiet);
    }

    /// <summary>Reads and checks the options.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="patterns">Names or globs; empty for the default experiments.</param>
    /// <param name="defaultSeeds">How many seeds when none are asked for.</param>
    /// <exception cref="ResearchException">A value is wrong.</exception>
    public RunRequest Read(ParseResult parse, IReadOnlyList<string> patterns, int defaultSeeds)
    {
        foreach (Option option in (Option[])[_cell, _engine, _device, _seed, _seeds, _settings, _threads, _json]) RequireValues(parse, option);
        int first = Whole(parse, _seed, int.MinValue, int.MaxValue, 1);
        int seeds = Whole(parse, _seeds, 1, MostSeeds, defaultSeeds);
        if ((long)first + seeds - 1 > int.MaxValue)
            throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"--seed: expected at most {int.MaxValue - seeds + 1} for {seeds} seeds, got {first}."));
        return new RunRequest
        {
            Patterns = patterns,
            Cell = parse.GetValue(_cell),
            Engine = parse.GetValue(_engine),
            Device = parse.GetValue(_device),
            FirstSeed = first,
            Seeds = seeds,
            Settings = parse.GetValue(_settings) ?? [],
            Threads = Whole(parse, _threads, 1, TrainingOptions.MostThreads, Math.Min(Environment.ProcessorCount, TrainingOptions.MostThreads)),
            JsonPath = parse.GetValue(_json),
            Quiet = parse.GetValue(_quiet),
        };
    }

    // Of an option given several times, the last may have been left without a value.
    private static void RequireValues(ParseResult parse, Option option)
    {
        if (parse.GetResult(option) is { Implicit: false } given && given.Tokens.Count < given.IdentifierTokenCount)
            throw new ResearchException($"{option.Name}: expected {option.HelpName} after it, got nothing.");
    }

    private static int Whole(ParseResult parse, Option<string> option, int minimum, int maximum, int absent)
    {
        if (parse.GetValue(option) is not { } text) return absent;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum
            ? value
            : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"{option.Name}: expected a whole number from {minimum} to {maximum}, got '{text}'."));
    }
}
