namespace Research.Framework;

/// <summary>What somebody else wrote, short enough to be quoted in a message.</summary>
internal static class Excerpt
{
    private const int MostLetters = 80, MostNames = 20;

    /// <summary>A text, cut where it is long.</summary>
    public static string Of(string text)
    {
        if (text.Length <= MostLetters) return text;
        int end = char.IsHighSurrogate(text[MostLetters - 1]) ? MostLetters - 1 : MostLetters;
        return text[..end] + "…";
    }

    /// <summary>Names in quotes, the first ones where there are many.</summary>
    public static string Of(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return "none";
        string shown = string.Join(", ", names.Take(MostNames).Select(name => $"'{Of(name)}'"));
        return names.Count <= MostNames ? shown : FormattableString.Invariant($"{shown} and {names.Count - MostNames} more");
    }
}
