using Research.Framework;

namespace Research.Datasets.Tables;

/// <summary>How a CSV file is read. Immutable.</summary>
public sealed record CsvOptions
{
    /// <summary>The columns of numbers to read, by the names in the header.</summary>
    /// <value>Default empty: all but <see cref="Key"/> and <see cref="Time"/>.</value>
    public IReadOnlyList<string> Columns { get; init => field = Required.Each(value); } = [];

    /// <summary>The column that says which series a row belongs to; rows of several may alternate, each series keeps the file's order.</summary>
    /// <value>Default null: all rows are one series.</value>
    public string? Key { get; init; }

    /// <summary>The column of times, e.g. <c>2024-03</c>, <c>2024-03-01</c> or <c>2024-03-01 12:30</c>; later ones in later rows of a series.</summary>
    /// <value>Default null: steps have no times.</value>
    public string? Time { get; init; }

    /// <summary>What stands between columns.</summary>
    /// <value>Default a comma.</value>
    public char Separator { get; init; } = ',';
}
