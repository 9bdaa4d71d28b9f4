using Research.Cells;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>A random command line: it ends with 0, or says in one line what is wrong.</summary>
internal sealed class CommandLineCase : FuzzCase<string>
{
    private static readonly string[] s_verbs = ["run", "run", "run", "show", "list", "cells", "engines", "help", "rnu", ""];

    private static readonly string[] s_arguments =
    [
        "fuzzed", "fuzzed", "fuzzed", "again", "fuzed", "*", "f*", "[", "?uzzed", "", " ", "-", "--", "--help", "-h", "--version", "--quiet", "--quiet=maybe", "--cell", "--cell=gru", "--cell=", "--cell=grü", "--engine=managed", "--engine=cuda",
        "--seed=7", "--seed=-1", "--seed=2147483647", "--seed=99999999999", "--seed=x", "--seeds=1", "--seeds=2", "--seeds=0", "--seeds=1.5", "--threads=2", "--threads=0", "--threads=1025", "--set", "--set=", "--set==", "--set=a=b",
        "--set=training.epochs=1", "--set=training.epochs=0", "--set=training.batch_size=3", "--set=training.epochs", "--set=training.optimizer=sgd", "--set=letters=", "--set=letters=AZ", "--set=rate=NaN", "--set=merge=none", "--set=ahead=none",
        "--set=limit=none", "--set=share=1", "--json=/dev/null", "--json=/nonexistent/folder/file.json", "--json=", "--unknown", "--unknown=1", "-x", "/?", "@file", "\0", "\ud800", "two\nlines", "🙂", "{0}",
    ];

    private readonly int _seed;

    private CommandLineCase(int seed, IReadOnlyList<string> arguments) : base(arguments) => _seed = seed;

    public static CommandLineCase Draw(int seed)
    {
        Random random = new(seed);
        string verb = s_verbs[random.Next(s_verbs.Length)];
        string[] arguments = [.. Enumerable.Range(0, random.Next(5)).Select(_ => s_arguments[random.Next(random.Next(2) == 0 ? 5 : s_arguments.Length)])];
        return new CommandLineCase(seed, verb.Length == 0 ? arguments : [verb, .. arguments]);
    }

    public override void Run()
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        HostApplication application = new(new HostConsole(output, error, null), services => services.AddResearchCells().AddExperiment<FuzzedExperiment>().AddExperiment<FuzzedExperiment>("again"));
        int code = application.RunAsync([.. Changes], default).GetAwaiter().GetResult();
        string said = error.ToString().Trim();
        if (code is not (0 or 1 or 2)) throw new InvalidOperationException($"exit code {code}");
        if (said.Contains("\n   at ", StringComparison.Ordinal)) throw new InvalidOperationException(said);
        if (code == 2 && (said.Length == 0 || said.Contains('\n', StringComparison.Ordinal))) throw new InvalidOperationException($"exit code 2, and not one line: '{said}'");
        if (code != 0) throw new ResearchException(said);
    }

    public override string ToString() => $"seed {_seed}: {string.Join(' ', Changes.Select(argument => $"'{OneLine.Of(argument)}'"))}";

    protected override CommandLineCase With(IReadOnlyList<string> changes) => new(_seed, changes);
}
