using System.Globalization;
using System.Text;

namespace Research.Snapshots;

/// <summary>The lines in which two texts differ, with some context.</summary>
internal static class LineDiff
{
    private const int Context = 3;
    private const int MaximumLines = 60;

    // The table below has a cell for each pair of lines; texts this large are only compared from their first difference on.
    private const int MaximumTable = 4_000_000;

    /// <summary>A diff: <c>-</c> lines only in the old text, <c>+</c> only in the new one, both with their line numbers.</summary>
    /// <param name="oldText">The old text; empty for none.</param>
    /// <param name="newText">The new text; empty for none.</param>
    public static string Of(string oldText, string newText)
    {
        string[] before = Split(oldText), after = Split(newText);
        List<Line> lines = Compare(before, after);
        bool[] shown = new bool[lines.Count];
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i].Sign == ' ') continue;
            for (int j = Math.Max(0, i - Context); j <= Math.Min(lines.Count - 1, i + Context); j++) shown[j] = true;
        }

        StringBuilder text = new();
        int written = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            if (!shown[i]) continue;
            if (written == MaximumLines)
            {
                text.Append(CultureInfo.InvariantCulture, $"... and {lines.Skip(i).Count(line => line.Sign != ' ')} more changed lines\n");
                break;
            }

            if (i > 0 && !shown[i - 1]) text.Append("...\n");
            text.Append(CultureInfo.InvariantCulture, $"{lines[i].Number,5} {lines[i].Sign} {Visible(lines[i].Text)}\n");
            written++;
        }

        return text.ToString().TrimEnd('\n');
    }

    // The longest common subsequence, between the lines that both ends share.
    private static List<Line> Compare(string[] before, string[] after)
    {
        int start = 0, endBefore = before.Length, endAfter = after.Length;
        while (start < endBefore && start < endAfter && before[start] == after[start]) start++;
        while (endBefore > start && endAfter > start && before[endBefore - 1] == after[endAfter - 1])
        {
            endBefore--;
            endAfter--;
        }

        List<Line> lines = [];
        for (int i = 0; i < start; i++) lines.Add(new Line(' ', i + 1, after[i]));
        int rows = endBefore - start, columns = endAfter - start;
        int[,] common = (long)rows * columns <= MaximumTable ? new int[rows + 1, columns + 1] : new int[0, 0];
        if (common.Length > 0)
        {
            for (int i = rows - 1; i >= 0; i--)
            {
                for (int j = columns - 1; j >= 0; j--)
                {
                    common[i, j] = before[start + i] == after[start + j]
                        ? common[i + 1, j + 1] + 1
                        : Math.Max(common[i + 1, j], common[i, j + 1]);
                }
            }
        }

        for (int i = 0, j = 0; i < rows || j < columns;)
        {
            if (i < rows && j < columns && common.Length > 0 && before[start + i] == after[start + j])
            {
                lines.Add(new Line(' ', start + j + 1, after[start + j]));
                i++;
                j++;
            }
            else if (i < rows && (j == columns || common.Length == 0 || common[i + 1, j] >= common[i, j + 1]))
            {
                lines.Add(new Line('-', start + i + 1, before[start + i]));
                i++;
            }
            else
            {
                lines.Add(new Line('+', start + j + 1, after[start + j]));
                j++;
            }
        }

        for (int j = endAfter; j < after.Length; j++) lines.Add(new Line(' ', j + 1, after[j]));
        return lines;
    }

    private static string[] Split(string text) => text.Length == 0 ? [] : text.Split('\n');

    // A space at the end of a line would hide the difference.
    private static string Visible(string line) =>
        line.EndsWith(' ') || line.EndsWith('\t') ? line + "⏎" : line;

    private readonly record struct Line(char Sign, int Number, string Text);
}
