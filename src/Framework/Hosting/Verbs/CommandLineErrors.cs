using System.CommandLine;
using System.CommandLine.Parsing;

namespace Research.Framework.Hosting.Verbs;

/// <summary>What is wrong with a command line, in one sentence with the nearest name.</summary>
internal static class CommandLineErrors
{
    /// <summary>Explains why a command line could not be parsed.</summary>
    public static string Explain(ParseResult parse)
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

    /// <summary>Arguments that are names: they swallow what looks like an option but is none, and nobody calls an experiment that.</summary>
    /// <exception cref="ResearchException">One begins with a dash.</exception>
    public static string[] RequireNames(ParseResult parse, string[] names) =>
        Array.Find(names, name => name.StartsWith('-')) is { } option ? throw new ResearchException(UnknownOption(parse, option)) : names;

    private static string UnknownOption(ParseResult parse, string option)
    {
        IEnumerable<string> known = parse.CommandResult.Command.Options.Concat(parse.RootCommandResult.Command.Options.Where(candidate => candidate.Recursive))
            .Select(candidate => candidate.Name).Distinct();
        return NameSuggestions.Unknown("option", option, [.. known]);
    }
}
