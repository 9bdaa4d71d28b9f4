using System.Globalization;
using System.Text;

namespace Research.Framework.Hosting.Output;

/// <summary>
/// Names, descriptions and messages stay on one line and say what they hold, whatever somebody put into them: line breaks, escape
/// codes and marks that turn the direction of writing are shown escaped, and what has no end is cut.
/// </summary>
internal static class OneLine
{
    private const int LongestWord = 400, LongestLine = 8000;

    public static string Of(string text)
    {
        StringBuilder line = new(Math.Min(text.Length, LongestLine));
        int word = 0;
        for (int i = 0; i < text.Length && line.Length < LongestLine; i++)
        {
            char letter = text[i];
            word = letter == ' ' ? 0 : word + 1;
            if (word == LongestWord) line.Append('…');
            if (word >= LongestWord) continue;
            switch (letter)
            {
                case '\n': line.Append("\\n"); break;
                case '\r': line.Append("\\r"); break;
                case '\t': line.Append("\\t"); break;
                default:
                    if (char.IsHighSurrogate(letter) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) line.Append(letter).Append(text[++i]);
                    else if (IsShownAsItIs(letter)) line.Append(letter);
                    else line.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
                    break;
            }
        }

        if (line.Length >= LongestLine) line.Append('…');
        return line.ToString();
    }

    private static bool IsShownAsItIs(char letter) => !char.IsSurrogate(letter)
        && letter is not ((>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\ufeff')
        && char.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
