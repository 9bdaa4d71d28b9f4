using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Reports;

/// <summary>Rows of text, each on one line, with each column as wide as its widest cell: quick to start, the same in every terminal.</summary>
internal static class TextColumns
{
    public static void Write(TextWriter writer, IReadOnlyList<string[]> rows, string indent = "")
    {
        if (rows.Count == 0) return;
        rows = [.. rows.Select(row => row.Select(OneLine.Of).ToArray())];
        int columns = rows.Max(row => row.Length);
        int[] widths = [.. Enumerable.Range(0, columns).Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0))];
        foreach (string[] row in rows)
            writer.WriteLine((indent + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])))).TrimEnd());
    }
}
