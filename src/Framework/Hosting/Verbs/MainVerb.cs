using System.CommandLine;

namespace Research.Framework.Hosting.Verbs;

/// <summary>No verb at all: runs the default group of experiments, or every one, over many seeds.</summary>
internal sealed class MainVerb : IVerb
{
    private const int Seeds = 20;

    private readonly SweepJob _job;
    private readonly RunOptions _options = new();

    public MainVerb(SweepJob job)
    {
        _job = job;
        _options.AddTo(Command);
    }

    public Command Command { get; } = new RootCommand("Runs recurrent-network experiments over many seeds. Without a command: the default ones, in one table; 'list' says which.");

    public Task<int> RunAsync(ParseResult parse, CancellationToken cancellation) => _job.RunAsync(_options.Read(parse, [], Seeds), cancellation);
}
