using System.Globalization;

namespace Research.Framework;

/// <summary>What a setting is given as its value.</summary>
/// <param name="Name">The name under which the setting is known where it is set.</param>
/// <param name="Allowed">The values that it may be given, for people.</param>
/// <param name="Text">The value as it was written, with the spaces around it.</param>
internal readonly record struct GivenValue(string Name, string Allowed, string Text)
{
    /// <summary>The value as a whole number.</summary>
    public long Whole(long atLeast, long atMost) =>
        long.TryParse(Text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= atLeast && value <= atMost
            ? value
            : throw Refused();

    /// <summary>The value as a number.</summary>
    public double Number(Func<double, bool> valid) =>
        double.TryParse(Text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && valid(value)
            ? value
            : throw Refused();

    /// <summary>The value as true or false.</summary>
    public bool Flag() => bool.TryParse(Text.Trim(), out bool value) ? value : throw Refused();

    /// <summary>The place of the value among names.</summary>
    public int Choice(string[] names)
    {
        string text = Text.Trim();
        int index = Array.FindIndex(names, known => NameSuggestions.Same(known, text));
        return index >= 0 ? index : throw Refused(NameSuggestions.Nearest(text, names) is { } nearest ? $"; did you mean '{nearest}'?" : ".");
    }

    private ResearchException Refused(string end = ".") => new($"Setting '{Name}': expected {Allowed}, got '{Excerpt.Of(Text.Trim())}'{end}");
}
