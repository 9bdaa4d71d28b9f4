using System.Globalization;
using Research.Framework;

namespace Research.Datasets.Series;

/// <summary>
/// Named columns of equally many finite numbers, one for each time step. Immutable: what changes it makes a new one, whose columns still
/// know the way back to the units that they were given in (<see cref="InUnits"/>).
/// </summary>
/// <remarks>Logarithms come before differences, and both before a <see cref="Scaler"/>, which is fitted on the training part alone.</remarks>
public sealed class TimeSeries
{
    private readonly SeriesColumn[] _columns;

    /// <summary>Creates a series; the numbers are copied.</summary>
    /// <param name="name">For people, e.g. <c>airline passengers</c>.</param>
    /// <param name="columns">The columns' names, each once.</param>
    /// <param name="values">Each column's numbers, <c>[columns][length]</c>; finite, equally many, at least one.</param>
    /// <param name="times">When each step was, in order, <c>[length]</c>; null where nobody knows.</param>
    /// <exception cref="ResearchException">Names or numbers are not as they should be.</exception>
    public TimeSeries(string name, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<double>> values, IReadOnlyList<DateTime>? times = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(values);
        if (columns.Count == 0 || columns.Count != values.Count) throw new ResearchException($"Series '{name}': expected at least one column, each with its numbers, got {columns.Count} names and {values.Count} columns of numbers.");
        if (columns.Any(string.IsNullOrWhiteSpace)) throw new ResearchException($"Series '{name}': expected columns with a name each, got an empty one.");
        if (values.Any(column => column is null)) throw new ResearchException($"Series '{name}': values: expected numbers for each column, got null.");
        if (columns.GroupBy(column => column).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new ResearchException($"Series '{name}': {twice.Count()} columns are called '{twice.Key}'; give each a name of its own.");
        int length = values[0].Count;
        if (length == 0) throw new ResearchException($"Series '{name}': expected at least one time step, got none.");
        for (int i = 0; i < columns.Count; i++)
        {
            if (values[i].Count != length) throw new ResearchException($"Series '{name}', column '{columns[i]}': expected {length} numbers, as '{columns[0]}' has, got {values[i].Count}.");
            for (int step = 0; step < length; step++)
            {
                if (!float.IsFinite((float)values[i][step]))
                    throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Series '{name}', column '{columns[i]}', step {step}: expected a finite number of single precision, got {values[i][step]}; fill it in, or cut the series there."));
            }
        }

        if (times is not null)
        {
            if (times.Count != length) throw new ResearchException($"Series '{name}': expected {length} times, one for each step, got {times.Count}.");
            for (int step = 1; step < length; step++)
            {
                if (times[step] <= times[step - 1])
                    throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Series '{name}', step {step}: expected a time after {times[step - 1]:s}, got {times[step]:s}; sort the rows, and keep one for each time."));
            }
        }

        Name = name;
        Times = times is null ? null : [.. times];
        _columns = [.. columns.Select((column, i) => new SeriesColumn(column, [.. values[i]]))];
    }

    private TimeSeries(string name, SeriesColumn[] columns, IReadOnlyList<DateTime>? times)
    {
        Name = name;
        _columns = columns;
        Times = times;
    }

    /// <summary>For people, e.g. <c>airline passengers</c>.</summary>
    public string Name { get; }

    /// <summary>Time steps; at least 1.</summary>
    public int Length => _columns[0].Values.Length;

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Columns => [.. _columns.Select(column => column.Name)];

    /// <summary>When each step was, <c>[length]</c>; null where nobody knows.</summary>
    public IReadOnlyList<DateTime>? Times { get; }

    /// <summary>A series of one column, which bears its name.</summary>
    /// <param name="name">The name of both.</param>
    /// <param name="values">Finite numbers, at least one.</param>
    /// <exception cref="ResearchException">There is no number, or one that is not finite.</exception>
    public static TimeSeries Of(string name, IReadOnlyList<double> values) => new(name, [name], [values]);

    /// <summary>A column's numbers as they are now, <c>[length]</c>.</summary>
    /// <param name="name">One of <see cref="Columns"/>.</param>
    /// <exception cref="ResearchException">There is no such column.</exception>
    public IReadOnlyList<double> Column(string name) => Find(name).Values;

    /// <summary>Some of the columns, in the order given.</summary>
    /// <param name="columns">Names from <see cref="Columns"/>; at least one.</param>
    /// <exception cref="ResearchException">There is no such column, or none is named.</exception>
    public TimeSeries Select(params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return columns.Count > 0 ? new(Name, [.. columns.Select(Find)], Times) : throw new ResearchException($"Series '{Name}': expected at least one column to select, got none.");
    }

    /// <summary>Steps that follow each other, as a series of their own.</summary>
    /// <param name="first">The first step, from 0.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <exception cref="ResearchException">There are not as many.</exception>
    public TimeSeries Part(int first, int count) => first >= 0 && count >= 1 && count <= Length - first
        ? new(Name, [.. _columns.Select(column => column.Part(first, count))], Times is null ? null : [.. Times.Skip(first).Take(count)])
        : throw new ResearchException($"Series '{Name}' has steps 0 to {Length - 1}; expected a part of at least one of them, got {count} from {first}.");

    /// <summary>Divides the series before a step.</summary>
    /// <param name="index">From 1 to <see cref="Length"/> - 1.</param>
    /// <exception cref="ResearchException">One part would be empty.</exception>
    public SeriesSplit SplitAt(int index) => index >= 1 && index < Length
        ? new(this, index)
        : throw new ResearchException($"Series '{Name}': expected a split from 1 to {Length - 1}, for both parts to have a step of {Length}, got {index}.");

    /// <summary>Divides the series after a share of its steps, rounded down.</summary>
    /// <param name="share">Above 0 and below 1, e.g. 0.8.</param>
    /// <exception cref="ResearchException">The share is out of range, or one part would be empty.</exception>
    public SeriesSplit SplitAtShare(double share) => share is > 0 and < 1
        ? SplitAt((int)(share * Length))
        : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Series '{Name}': expected a share above 0 and below 1, got {share}."));

    /// <summary>Divides the series before its first step at or after a time.</summary>
    /// <param name="time">A time after the first step and not after the last.</param>
    /// <exception cref="ResearchException">The series has no times, or one part would be empty.</exception>
    public SeriesSplit SplitAtTime(DateTime time)
    {
        if (Times is not { } times) throw new ResearchException($"Series '{Name}' has no times to be split at; split it at an index or a share.");
        return time > times[0] && time <= times[^1]
            ? SplitAt(times.TakeWhile(step => step < time).Count())
            : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Series '{Name}': expected a time after {times[0]:s}, up to {times[^1]:s}, got {time:s}."));
    }

    /// <summary>The natural logarithm of every column: what grows by shares then grows by steps.</summary>
    /// <exception cref="ResearchException">A number is not above 0, or the series is already scaled or differenced.</exception>
    public TimeSeries Logarithm() => With(column =>
    {
        if (column.Logarithmic || column.Base is not null || column.Scale != 1 || column.Offset != 0)
            throw new ResearchException($"Series '{Name}', column '{column.Name}': take the logarithm first, before it is differenced or scaled, and once.");
        int bad = Array.FindIndex(column.Values, value => !(value > 0));
        return bad < 0
            ? column.Logarithm()
            : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Series '{Name}', column '{column.Name}', step {bad}: expected a number above 0 to take the logarithm of, got {column.Values[bad]}."));
    });

    /// <summary>Each value less the one some steps before it; the first <paramref name="lag"/> steps, which have none, are left out.</summary>
    /// <param name="lag">From 1 to <see cref="Length"/> - 1.</param>
    /// <exception cref="ResearchException">The lag is out of range.</exception>
    public TimeSeries Difference(int lag = 1) => lag >= 1 && lag < Length
        ? new(Name, [.. _columns.Select(column => column.Difference(lag))], Times is null ? null : [.. Times.Skip(lag)])
        : throw new ResearchException($"Series '{Name}': expected a lag from 1 to {Length - 1}, as it has {Length} steps, got {lag}.");

    /// <summary>The series in the units that it was given in: scaling, differences and logarithms undone.</summary>
    public TimeSeries InUnits() => new(Name, [.. _columns.Select(column => new SeriesColumn(column.Name, [.. Enumerable.Range(0, Length).Select(column.Restored)]))], Times);

    /// <summary>The name and the size.</summary>
    public override string ToString() => $"{Name} ({Length} steps of {string.Join(", ", Columns)})";

    internal SeriesColumn Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Array.Find(_columns, column => column.Name == name)
            ?? throw new ResearchException($"Series '{Name}' has no column '{name}'; it has {string.Join(", ", Columns.Select(known => $"'{known}'"))}.");
    }

    internal TimeSeries With(Func<SeriesColumn, SeriesColumn> change) => new(Name, [.. _columns.Select(change)], Times);
}
