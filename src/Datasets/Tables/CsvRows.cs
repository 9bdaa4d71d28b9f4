using System.Globalization;
using nietras.SeparatedValues;
using Research.Datasets.Series;
using Research.Framework;

namespace Research.Datasets.Tables;

/// <summary>Makes series of a CSV's rows; one reading of one file.</summary>
/// <param name="file">The file, for messages.</param>
/// <param name="name">The series' name; with keys it goes before each.</param>
/// <param name="options">What is read.</param>
internal sealed class CsvRows(string file, string name, CsvOptions options)
{
    private const int MostShown = 40;

    private static readonly string[] s_times =
    [
        "yyyy-MM-dd", "yyyy-MM", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssZ",
    ];

    private readonly Dictionary<string, Draft> _drafts = [];
    private readonly List<Draft> _inOrder = [];
    private string[] _header = [];
    private int[] _columns = [];
    private int _key = -1;
    private int _time = -1;

    public IReadOnlyList<TimeSeries> Read(SepReader reader)
    {
        int row = 0, blank = 0;
        foreach (SepReader.Row cells in reader)
        {
            if (_header.Length == 0)
            {
                ReadHeader(cells);
                continue;
            }

            row++;
            // Empty lines may end a file, and stand nowhere else.
            if (cells.Span.IsEmpty)
            {
                if (blank == 0) blank = row;
                continue;
            }

            if (blank > 0) throw Error(blank, null, $"expected {_header.Length} cells, got an empty line; take it out, or fill it in");
            ReadRow(cells, row);
        }

        if (_header.Length == 0) throw Error(0, null, "expected a header with names of columns, got nothing");
        if (_inOrder.Count == 0) throw Error(0, null, "expected at least one row below the header, got none");
        return [.. _inOrder.Select(draft => new TimeSeries(
            _key < 0 ? name : $"{name} {draft.Key}", [.. _columns.Select(column => _header[column])], [.. draft.Values], _time < 0 ? null : draft.Times))];
    }

    private void ReadHeader(SepReader.Row cells)
    {
        string[] names = new string[cells.ColCount];
        for (int i = 0; i < names.Length; i++) names[i] = Cell(cells[i].Span, 0, string.Create(CultureInfo.InvariantCulture, $"{i + 1}")).Trim();
        if (names.Length == 1 && names[0].IndexOfAny([',', ';', '\t', '|']) is >= 0 and int other)
            throw Error(0, null, $"expected columns separated by '{options.Separator}', got '{Shown(names[0])}'; the separator seems to be {(names[0][other] == '\t' ? "a tab" : $"'{names[0][other]}'")}");
        if (names.All(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _))) throw Error(0, null, $"expected names of columns, got the numbers {Shown(string.Join(options.Separator, names))}; put a header above them");
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i].Length == 0) throw Error(0, string.Create(CultureInfo.InvariantCulture, $"{i + 1}"), "expected a name, got an empty cell");
            if (Array.IndexOf(names, names[i]) < i) throw Error(0, names[i], $"columns {Array.IndexOf(names, names[i]) + 1} and {i + 1} have this name; columns are found by name, so give each its own");
        }

        _header = names;
        if (options.Key is { } key) _key = Find(key);
        if (options.Time is { } time) _time = Find(time);
        if (_key >= 0 && _key == _time) throw Error(0, _header[_key], "it cannot be both the key and the time");
        _columns = options.Columns.Count > 0 ? [.. options.Columns.Select(Find)] : [.. Enumerable.Range(0, names.Length).Where(column => column != _key && column != _time)];
        if (_columns.Length == 0) throw Error(0, null, "expected a column of numbers beside the key and the time, got none");
        if (_columns.Distinct().Count() < _columns.Length) throw Error(0, null, "expected each column of numbers once; one is asked for twice");
    }

    private void ReadRow(SepReader.Row cells, int row)
    {
        if (cells.ColCount != _header.Length)
        {
            string? missing = cells.ColCount < _header.Length ? _header[cells.ColCount] : null;
            throw Error(row, missing, $"expected {_header.Length} cells, as the header has, got {cells.ColCount}{(missing is null ? "; put quotes around a cell that holds the separator" : cells.Span.Contains('"') ? "; a quote may be left open" : "")}");
        }

        string key = _key < 0 ? "" : Cell(cells[_key].Span, row, _header[_key]).Trim();
        if (_key >= 0 && key.Length == 0) throw Error(row, _header[_key], "expected the name of a series, got an empty cell");
        if (!_drafts.TryGetValue(key, out Draft? draft))
        {
            _drafts[key] = draft = new(key, _columns.Length);
            _inOrder.Add(draft);
        }

        if (_time >= 0) draft.Times.Add(Time(Cell(cells[_time].Span, row, _header[_time]).Trim(), row, draft));
        for (int i = 0; i < _columns.Length; i++) draft.Values[i].Add(Number(Cell(cells[_columns[i]].Span, row, _header[_columns[i]]).Trim(), row, _header[_columns[i]]));
    }

    private double Number(string cell, int row, string column)
    {
        if (cell.Length == 0) throw Error(row, column, "expected a number, got an empty cell; fill it in, or leave the row out");
        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            throw Error(row, column, $"expected a number such as 1.5, got '{Shown(cell)}'{(cell.Contains(',', StringComparison.Ordinal) ? "; write decimals with a point, and thousands without a mark" : "")}");
        return float.IsFinite((float)number) ? number : throw Error(row, column, $"expected a finite number of single precision, got '{Shown(cell)}'");
    }

    private DateTime Time(string cell, int row, Draft draft)
    {
        string column = _header[_time];
        if (!DateTime.TryParseExact(cell, s_times, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime time))
            throw Error(row, column, $"expected a time such as 2024-03-01 or 2024-03-01 12:30, got '{Shown(cell)}'");
        return draft.Times.Count == 0 || time > draft.Times[^1]
            ? time
            : throw Error(row, column, $"expected a time after {draft.Times[^1].ToString("s", CultureInfo.InvariantCulture)}, got '{Shown(cell)}'; sort the rows{(_key < 0 ? ", or name the key column if there are several series" : "")}");
    }

    /// <summary>A cell without its quotes, in which two stand for one.</summary>
    private string Cell(ReadOnlySpan<char> cell, int row, string column)
    {
        ReadOnlySpan<char> trimmed = cell.Trim();
        if (!trimmed.Contains('"')) return cell.ToString();
        int quotes = trimmed.Count('"');
        if (trimmed[0] != '"' || trimmed[^1] != '"' || quotes % 2 != 0) throw Error(row, column, $"expected quotes around the whole cell, got {Shown(trimmed.ToString())}; a quote is left open, or stands in a cell without quotes");
        string inner = trimmed[1..^1].ToString(), without = inner.Replace("\"\"", "", StringComparison.Ordinal);
        return without.Contains('"') ? throw Error(row, column, $"expected quotes within a quoted cell to be doubled, got {Shown(trimmed.ToString())}") : inner.Replace("\"\"", "\"", StringComparison.Ordinal);
    }

    private int Find(string column)
    {
        int found = Array.IndexOf(_header, column);
        return found >= 0 ? found : throw Error(0, null, $"expected a column '{Shown(column)}', got {string.Join(", ", _header.Take(20).Select(known => $"'{Shown(known)}'"))}");
    }

    private ResearchException Error(int row, string? column, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"CSV '{file}', {(row == 0 ? "header" : $"row {row} (below the header)")}{(column is null ? "" : $", column '{Shown(column)}'")}: {what}."));

    // One line, and not a whole file where a quote was left open.
    private static string Shown(string cell)
    {
        string line = new([.. cell.Take(MostShown).Select(symbol => char.IsControl(symbol) ? ' ' : symbol)]);
        return cell.Length > MostShown ? line + "…" : line;
    }

    private sealed class Draft(string key, int columns)
    {
        public string Key => key;

        public List<DateTime> Times { get; } = [];

        public List<double>[] Values { get; } = [.. Enumerable.Range(0, columns).Select(_ => new List<double>())];
    }
}
