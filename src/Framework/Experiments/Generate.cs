namespace Research.Framework.Experiments;

/// <summary>
/// Generation after training: the prompt is fed symbol by symbol, then each predicted symbol is fed back. State starts
/// from zero and is reset or carried as the plan's state policy says for <see cref="State.Phase.Generate"/>.
/// </summary>
public sealed record Generate
{
    private Generate(string prompt, int symbols)
    {
        Prompt = prompt;
        Symbols = symbols;
    }

    /// <summary>What is fed first.</summary>
    public string Prompt { get; }

    /// <summary>How many symbols are generated after it.</summary>
    public int Symbols { get; }

    /// <summary>Generates <paramref name="symbols"/> symbols after a prompt.</summary>
    /// <param name="prompt">At least as many symbols as the framer's history needs.</param>
    /// <param name="symbols">At least 1.</param>
    public static Generate From(string prompt, int symbols)
    {
        if (string.IsNullOrEmpty(prompt)) throw new ResearchException("Generate: expected a prompt of at least one symbol, got an empty one.");
        if (symbols < 1) throw new ResearchException($"Generate: expected at least 1 symbol, got {symbols}.");
        return new Generate(prompt, symbols);
    }

    /// <summary>The prompt cut into its symbols.</summary>
    internal string[] PromptSymbols => [.. Prompt.EnumerateRunes().Select(rune => rune.ToString())];

    /// <summary>For people.</summary>
    public override string ToString() => $"{Symbols} from {Prompt}";
}
