using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>
/// A text generated after training: the prompt is fed, then each symbol that the model predicts. State starts from zero and is
/// reset or carried as the plan's state policy says for <see cref="State.Phase.Generate"/>.
/// </summary>
public sealed record Probe
{
    private Probe(string prompt, GenerationOptions options)
    {
        Prompt = prompt;
        Options = options;
    }

    /// <summary>What is fed first.</summary>
    public string Prompt { get; }

    /// <summary>How many symbols follow, how they are chosen, and what ends the text. The stream of probe i is the options' with <c>/i</c> after it.</summary>
    public GenerationOptions Options { get; }

    /// <summary>How many symbols are generated after it, at most.</summary>
    public int Symbols => Options.Symbols;

    /// <summary>Generates <paramref name="symbols"/> symbols after a prompt, each the one with the largest score.</summary>
    /// <param name="prompt">At least as many symbols as the framer's history needs.</param>
    /// <param name="symbols">At least 1.</param>
    /// <exception cref="ResearchException">The prompt is empty, or there is no symbol to generate.</exception>
    public static Probe From(string prompt, int symbols) => From(prompt, new GenerationOptions { Symbols = symbols });

    /// <summary>Generates symbols after a prompt.</summary>
    /// <param name="prompt">At least as many symbols as the framer's history needs.</param>
    /// <param name="options">How many, and how they are chosen.</param>
    /// <exception cref="ResearchException">The prompt is empty, or there is no symbol to generate.</exception>
    public static Probe From(string prompt, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.IsNullOrEmpty(prompt)) throw new ResearchException("Probe: expected a prompt of at least one symbol, got an empty one.");
        if (options.Symbols < 1) throw new ResearchException($"Probe: expected at least 1 symbol, got {options.Symbols}.");
        return new Probe(prompt, options);
    }

    /// <summary>For people.</summary>
    public override string ToString() => $"{Symbols} from {Prompt}";
}
