using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Research.Framework.Hosting.Verbs;

/// <summary>The usual help, and for the whole program some commands to copy.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const string Examples =
        """
        Examples:
          (no command)                                  run every experiment over 20 seeds and compare
          list                                          the experiments; cells and engines list those
          run stateful-one-char --seed 7                one run
          run '*-char' --cell gru --seeds 20            those that match, with another cell
          run time-steps --set training.epochs=50       a plan changed
          show feature-window                           a plan, its weights and state, without running it
          run '*' --seeds 5 --json results.json         every prediction in a file

        Exit codes: 0 all went well, 1 a run failed, 2 wrong name, value or file; 130 interrupted
          (143 by SIGTERM, 129 by a closed terminal).
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is RootCommand) parseResult.InvocationConfiguration.Output.WriteLine(Examples);
        return code;
    }
}
