namespace Research.Framework.Equations;

/// <summary>A weight's name, shape and start.</summary>
public sealed class WeightDescription
{
    internal WeightDescription(string name, int[] shape, Initializer initializer)
    {
        Name = name;
        Shape = shape;
        Initializer = initializer;
        if (UserCodeException.Guard($"Initializer {initializer.GetType().Name} of weight '{name}'", () => initializer.Finding(Rows, Columns)) is { } finding) throw new ResearchException($"Weight '{name}': {initializer.Name}: {finding}.");
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

    /// <summary>Draws the numbers that it starts with: from the stream <c>weights/</c> + name.</summary>
    /// <param name="values">Room for <see cref="Count"/> numbers, row-major.</param>
    /// <param name="seeds">The run's seeds.</param>
    /// <param name="cancellation">Looked at now and then by what takes long.</param>
    /// <exception cref="ResearchException">The room is of another size, or a number is not finite.</exception>
    /// <exception cref="UserCodeException">The initializer threw; names it and the weight.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Fill(Span<float> values, Seeds seeds, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        if (values.Length != Count) throw new ResearchException($"Weight '{Name}': expected room for {Count} numbers, got {values.Length}.");
        try
        {
            Initializer.Fill(values, Rows, Columns, seeds.Stream("weights/" + Name), cancellation);
        }
        catch (Exception exception) when (UserCodeException.IsOwn(exception, cancellation))
        {
            throw new UserCodeException($"Initializer {Initializer.GetType().Name} of weight '{Name}'", exception);
        }

        foreach (float value in values)
        {
            if (!float.IsFinite(value)) throw new ResearchException(FormattableString.Invariant($"Weight '{Name}': its initializer '{Initializer.Name}' yields {value}; expected finite numbers."));
        }
    }
}
