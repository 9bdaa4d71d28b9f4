using System.CommandLine;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Runs experiments by name or glob.</summary>
internal sealed class RunVerb : IVerb
{
    private readonly SweepJob _job;
    private readonly RunOptions _options = new();
    private readonly Argument<string[]> _names = new("NAME") { Description = "Names of experiments; * and ? match as in file names.", Arity = ArgumentArity.OneOrMore };

    public RunVerb(SweepJob job)
    {
        _job = job;
        Command.Arguments.Add(_names);
        _options.AddTo(Command);
    }

    public Command Command { get; } = new("run", "Runs experiments by name or glob.");

    public Task<int> RunAsync(ParseResult parse, CancellationToken cancellation) =>
        _job.RunAsync(_options.Read(parse, CommandLineErrors.RequireNames(parse, parse.GetValue(_names)!), 1), cancellation);
}
