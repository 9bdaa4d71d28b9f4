namespace Research.Framework.Equations;

/// <summary>A weight's name, shape and start.</summary>
public sealed class WeightDescription
{
    internal WeightDescription(string name, int[] shape, Initializer initializer)
    {
        Name = name;
        Shape = shape;
        Initializer = initializer;
        if (initializer.Finding(Rows, Columns) is { } finding) throw new ResearchException($"Weight '{name}': {initializer.Name}: {finding}.");
    }

    /// <summary>Compares weights by their names, which no two of a model share.</summary>
    internal static IEqualityComparer<WeightDescription> ByName { get; } =
        EqualityComparer<WeightDescription>.Create((left, right) => left?.Name == right?.Name, weight => weight.Name.GetHashCode(StringComparison.Ordinal));

    /// <summary>Layer and weight, e.g. <c>lstm_1/kernel</c>.</summary>
    public string Name { get; }

    /// <summary><c>[rows, columns]</c>, or <c>[columns]</c> for a row vector.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>How it starts.</summary>
    public Initializer Initializer { get; }

    /// <summary>Rows; 1 for a row vector.</summary>
    public int Rows => Shape.Count == 1 ? 1 : Shape[0];

    /// <summary>Columns.</summary>
    public int Columns => Shape[^1];

    /// <summary>Numbers in it.</summary>
    public int Count => Rows * Columns;
}
