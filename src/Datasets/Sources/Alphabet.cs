using Research.Datasets.Encoders;

namespace Research.Datasets.Sources;

/// <summary>Alphabets as sequences.</summary>
public static class Alphabet
{
    /// <summary>A to Z, each letter as its index over 26 (<see cref="Encoder.IntegerOverCount"/>): A is 0, Z is 25/26.</summary>
    public static Sequence Latin { get; } = TextSource.From("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}
