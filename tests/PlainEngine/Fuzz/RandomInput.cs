namespace Research.Plain.Fuzz;

/// <summary>An input of a random model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Steps">Time steps of the first dataset.</param>
/// <param name="Features">Features.</param>
/// <param name="Symbols">How many symbols it holds; 0 for numbers.</param>
/// <param name="Masked">Whether the data have a mask for it.</param>
internal sealed record RandomInput(string Name, int Steps, int Features, int Symbols, bool Masked);
