namespace Research.Framework.Hosting.Output;

/// <summary>Messages stay on one line, and free of control codes, whatever a name or file brought in.</summary>
internal static class OneLine
{
    public static string Of(string text)
    {
        string joined = string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return string.Concat(joined.Select(letter => char.IsControl(letter) ? '?' : letter));
    }
}
