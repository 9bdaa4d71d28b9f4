namespace Research.Benchmarks.Steps;

/// <summary>What a step may take at most, and what it should take, in microseconds on one thread of the reference machine.</summary>
/// <param name="Must">The most.</param>
/// <param name="Aim">The aim.</param>
internal sealed record StepGoals(double Must, double Aim)
{
    public static StepGoals? Of(string stepCase, string cell, int threads) => (stepCase, cell, threads) switch
    {
        ("a", "lstm", 1) => new(2.8, 1.2),
        ("b", "lstm", 1) => new(4, 3),
        ("f", "lstm", 1) => new(5, 4),
        ("d", "lstm", 1) => new(8, 4),
        ("e", "lstm", 1) => new(6, 4.5),
        ("g", "lstm", 1) => new(10_500, 9_000),
        ("h", "lstm", 1) => new(165_000, 150_000),
        ("i", "lstm", 1) => new(1_120_000, 1_020_000),
        ("a", "gru", 1) => new(2.4, 1.2),
        ("g", "gru", 1) => new(8_500, 7_300),
        ("generation", "lstm" or "gru", 1) => new(0.8, 0.5),
        // On two threads the bar is another framework's time.
        ("g", "lstm", 2) => new(16_000, 16_000),
        ("h", "lstm", 2) => new(129_000, 129_000),
        ("i", "lstm", 2) => new(702_000, 702_000),
        _ => null,
    };
}
