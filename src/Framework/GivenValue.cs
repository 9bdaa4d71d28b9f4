using System.Globalization;
using System.Numerics;

namespace Research.Framework;

/// <summary>What a setting is given as its value.</summary>
/// <param name="Name">The name under which the setting is known where it is set.</param>
/// <param name="Allowed">The values that it may be given, for people.</param>
/// <param name="Text">The value as it was written, with the spaces around it.</param>
internal readonly record struct GivenValue(string Name, string Allowed, string Text)
{
    /// <summary>The value as a whole number.</summary>
    public long Whole(long atLeast, long atMost)
    {
        string text = Text.Trim();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= atLeast && value <= atMost) return value;

        // What fits into the number is said only where no narrower limit has been named.
        if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger whole)) throw Refused();
        if (whole > atMost && atMost is int.MaxValue or long.MaxValue) throw Refused(Ending($"; the largest is {atMost}."));
        if (whole < atLeast && atLeast is int.MinValue or long.MinValue) throw Refused(Ending($"; the smallest is {atLeast}."));
        throw Refused();
    }

    /// <summary>The value as a number.</summary>
    /// <param name="valid">Whether a finite number is allowed.</param>
    /// <param name="most">The largest that can be kept.</param>
    /// <param name="least">The smallest above 0 that can be kept.</param>
    public double Number(Func<double, bool> valid, double most = double.MaxValue, double least = double.Epsilon)
    {
        string text = Text.Trim();
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) throw Refused();
        if (double.IsFinite(value) && valid(value)) return value;

        // The range alone would not say it: what is written lies within, and is too large or too small to be kept.
        string digits = text.Split('e', 'E')[0];
        if (!digits.Any(char.IsAsciiDigit)) throw Refused(); // NaN, Infinity
        if (value > most && valid(most)) throw Refused(Ending($"; the largest is {most}."));
        if (value < -most && valid(-most)) throw Refused(Ending($"; the smallest is {-most}."));
        if (Math.Abs(value) < least && digits.Any(letter => letter is >= '1' and <= '9') && valid(least)) throw Refused(Ending($"; the smallest above 0 is {least}."));
        throw Refused();
    }

    /// <summary>The value as true or false.</summary>
    public bool Flag() => bool.TryParse(Text.Trim(), out bool value) ? value : throw Refused();

    /// <summary>The place of the value among names.</summary>
    public int Choice(string[] names)
    {
        string text = Text.Trim();
        int index = Array.FindIndex(names, known => NameSuggestions.Same(known, text));
        return index >= 0 ? index : throw Refused(NameSuggestions.Nearest(text, names) is { } nearest ? $"; did you mean '{nearest}'?" : ".");
    }

    private static string Ending(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private ResearchException Refused(string end = ".") => new($"Setting '{Name}': expected {Allowed}, got '{Excerpt.Of(Text.Trim())}'{end}");
}
