namespace Research.Framework.Engine;

/// <summary>One part of a layer's state, <c>[rows, width]</c>.</summary>
public sealed class StateValues
{
    private float[] _values = [];

    internal StateValues(string name, int width)
    {
        Name = name;
        Width = width;
    }

    /// <summary>The part's name, e.g. <c>cell</c>.</summary>
    public string Name { get; }

    /// <summary>Numbers per row.</summary>
    public int Width { get; }

    /// <summary>Counts the changes of the values.</summary>
    internal long Version { get; private set; }

    /// <summary>Rows used so far.</summary>
    public int Rows => _values.Length / Width;

    /// <summary>A copy of a row, <c>[width]</c>.</summary>
    /// <param name="row">The row, from 0; a row never used is zero.</param>
    public float[] Get(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        float[] copy = new float[Width];
        if (row < Rows) _values.AsSpan(row * Width, Width).CopyTo(copy);
        return copy;
    }

    /// <summary>Replaces a row.</summary>
    /// <remarks>
    /// The next batch starts from it. With <see cref="Objectives.Objective.EarlierBatches"/> no gradient passes back beyond that batch, for
    /// no row of it: the batches before would not lead to this state, and rows run through them together.
    /// </remarks>
    /// <param name="row">The row, from 0.</param>
    /// <param name="values"><c>[width]</c>.</param>
    /// <exception cref="ResearchException">The number of values is not the width, or no array holds as many rows.</exception>
    public void Set(int row, IReadOnlyList<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count != Width) throw new ResearchException($"State '{Name}': expected [{Width}] numbers, got {values.Count}.");
        if ((row + 1L) * Width > Array.MaxLength) throw new ResearchException($"State '{Name}': {row + 1L} rows of {Width} numbers are more than an array holds.");
        EnsureRows(row + 1);
        Version++;
        for (int i = 0; i < Width; i++) _values[row * Width + i] = values[i];
    }

    /// <summary>Copies the first rows; a row never used is zero.</summary>
    /// <param name="destination"><c>[rows, width]</c>, row-major; as many rows as fit, which is all of it.</param>
    /// <exception cref="ResearchException">The length is no multiple of the width.</exception>
    public void CopyTo(Span<float> destination)
    {
        int known = Math.Min(Rows, RowsOf(destination.Length)) * Width;
        _values.AsSpan(0, known).CopyTo(destination);
        destination[known..].Clear();
    }

    /// <summary>Replaces the first rows; others stay.</summary>
    /// <param name="source"><c>[rows, width]</c>, row-major.</param>
    /// <exception cref="ResearchException">The length is no multiple of the width.</exception>
    public void CopyFrom(ReadOnlySpan<float> source) => source.CopyTo(Overwrite(RowsOf(source.Length)));

    /// <summary>Zeroes every row.</summary>
    public void Reset()
    {
        Array.Clear(_values);
        Version++;
    }

    private int RowsOf(int length) => length % Width == 0
        ? length / Width
        : throw new ResearchException($"State '{Name}': expected rows of {Width} numbers, got {length} numbers.");

    internal void EnsureRows(int rows)
    {
        if (rows > Rows) Array.Resize(ref _values, rows * Width);
    }

    internal ReadOnlySpan<float> AsSpan(int rows) => _values.AsSpan(0, rows * Width);

    /// <summary>The first rows, to be overwritten.</summary>
    internal Span<float> Overwrite(int rows)
    {
        EnsureRows(rows);
        Version++;
        return _values.AsSpan(0, rows * Width);
    }
}
