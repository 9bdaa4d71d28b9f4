using System.CommandLine;
using System.CommandLine.Parsing;

namespace Research.Framework.Hosting.Verbs;

/// <summary>What is wrong with a command line, in one sentence with the nearest name.</summary>
internal static class CommandLineErrors
{
    /// <summary>Explains why a command line cannot be run: it could not be parsed, or part of it would count for nothing.</summary>
    /// <param name="parse">The command line.</param>
    /// <returns>Null where it can be run.</returns>
    public static string? Explain(ParseResult parse)
    {
        if (BeforeTheVerb(parse) is { } misplaced) return misplaced;
        if (WithoutValue(parse) is { } option) return $"Required argument missing for option: '{option}'.";
        if (parse.Errors.Count == 0) return null;
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

    // The program's options belong to the run without a verb: before a verb nothing would read them.
    private static string? BeforeTheVerb(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        if (command is RootCommand || parse.RootCommandResult.Children.OfType<OptionResult>().FirstOrDefault(IsGiven) is not { Option.Name: var option }) return null;
        if (command.Options.All(known => known.Name != option)) return $"'{command.Name}' does not take '{option}'; see {command.Name} --help.";
        Token[] tokens = [.. parse.Tokens];
        int verb = Array.FindIndex(tokens, token => token.Type == TokenType.Command);
        return $"'{option}' stands before '{command.Name}' and would not count; write {string.Join(' ', tokens[verb..].Concat(tokens[..verb]).Select(token => Quoted(token.Value)))}.";
    }

    // Given without a value beside one with a value, an option that may be repeated would leave it unsaid.
    private static string? WithoutValue(ParseResult parse) =>
        parse.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(given => given.Option.Arity.MinimumNumberOfValues > 0 && given.IdentifierTokenCount > given.Tokens.Count)?.Option.Name;

    private static bool IsGiven(OptionResult option) => option.IdentifierTokenCount > 0;

    private static string Quoted(string argument) => argument.Any(letter => letter is ' ' or '*' or '?') ? $"'{argument}'" : argument;

    private static string UnknownOption(ParseResult parse, string option)
    {
        IEnumerable<string> known = parse.CommandResult.Command.Options.Concat(parse.RootCommandResult.Command.Options.Where(candidate => candidate.Recursive))
            .Select(candidate => candidate.Name).Distinct();
        return NameSuggestions.Unknown("option", option, [.. known]);
    }
}
