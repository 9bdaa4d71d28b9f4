namespace Research.Framework.Training;

/// <summary>How text is generated. Immutable.</summary>
public sealed record GenerationOptions
{
    /// <summary>How many symbols follow the prompt, at most.</summary>
    /// <value>At least 1. Default 100.</value>
    public int Symbols { get; init; } = 100;

    /// <summary>
    /// How freely symbols are drawn: with probabilities p^(1 / temperature), scaled to add up to 1. At 1 they are the model's own, below it the
    /// likely ones become likelier.
    /// </summary>
    /// <value>0 or more. Default 0: nothing is drawn, the symbol with the largest score is taken, the first of several equal ones.</value>
    public double Temperature { get; init; }

    /// <summary>Draws from so many of the largest scores alone; of equal ones the first count.</summary>
    /// <value>At least 1; needs a temperature above 0. Default null: draws from all.</value>
    public int? TopK { get; init; }

    /// <summary>A symbol that ends the text, and is not part of it.</summary>
    /// <value>A symbol that the framing decodes. Default null: the text ends at <see cref="Symbols"/>.</value>
    public string? EndSymbol { get; init; }

    /// <summary>The random stream; row i of a batch of prompts draws from that of this name with <c>/i</c> after it.</summary>
    /// <value>Not empty. Default <c>generate</c>.</value>
    public string Stream { get; init => field = Required.Value(value); } = "generate";

    /// <summary>A copy of another length.</summary>
    /// <param name="symbols">At least 1.</param>
    public GenerationOptions WithSymbols(int symbols) => this with { Symbols = symbols };

    /// <summary>A copy that draws more or less freely.</summary>
    /// <param name="temperature">0 or more.</param>
    public GenerationOptions WithTemperature(double temperature) => this with { Temperature = temperature };

    /// <summary>A copy that draws from so many of the largest scores alone.</summary>
    /// <param name="count">At least 1; null for all.</param>
    public GenerationOptions WithTopK(int? count) => this with { TopK = count };

    /// <summary>A copy that ends at another symbol.</summary>
    /// <param name="symbol">The symbol; null for none.</param>
    public GenerationOptions WithEndSymbol(string? symbol) => this with { EndSymbol = symbol };

    /// <summary>A copy that draws from another stream.</summary>
    /// <param name="stream">Its name.</param>
    public GenerationOptions WithStream(string stream) => this with { Stream = stream };

    /// <summary>Findings about options out of range; empty when all is well.</summary>
    internal IEnumerable<string> Findings()
    {
        if (Symbols < 1) yield return $"symbols: expected at least 1, got {Symbols}";
        if (!(Temperature >= 0 && double.IsFinite(Temperature))) yield return FormattableString.Invariant($"temperature: expected a finite number of 0 or more, got {Temperature}");
        if (TopK is < 1) yield return $"top k: expected at least 1, got {TopK}";
        if (TopK is not null && Temperature == 0) yield return "top k: nothing is drawn at a temperature of 0; set a temperature, or leave it out";
        if (EndSymbol is { Length: 0 }) yield return "end symbol: expected a symbol, got an empty text; leave it out for none";
        if (string.IsNullOrEmpty(Stream)) yield return "stream: expected a name, got an empty one";
    }
}
