using System.Globalization;

namespace Research.Framework;

/// <summary>Makes settings, one method for each kind of value. Each is given the owner with another value, as a function.</summary>
/// <remarks>
/// Names are in snake case, the method's other arguments say what is allowed, and the text that people read is made of them:
/// <code>
/// public override IReadOnlyList&lt;Setting&lt;Layer&gt;&gt; Settings =>
///     [Setting.Number&lt;Layer&gt;("rate", Rate, value => this with { Rate = value }, atLeast: 0, below: 1)];
/// </code>
/// </remarks>
public static class Setting
{
    /// <summary>A whole number.</summary>
    /// <typeparam name="T">The owner.</typeparam>
    /// <param name="name">The name, in snake case.</param>
    /// <param name="value">The value.</param>
    /// <param name="set">The owner with another value.</param>
    /// <param name="atLeast">The smallest that is allowed.</param>
    /// <param name="atMost">The largest that is allowed.</param>
    /// <exception cref="ResearchException">The name is not in snake case.</exception>
    public static Setting<T> Whole<T>(string name, int value, Func<int, T> set, int atLeast = int.MinValue, int atMost = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(set);
        string range = (atLeast > int.MinValue, atMost < int.MaxValue) switch
        {
            (true, true) => $" from {atLeast} to {atMost}",
            (true, false) => $", {atLeast} or more",
            (false, true) => $", {atMost} or less",
            _ => "",
        };
        return new(Checked(name), value, "a whole number" + range, given => set((int)given.Whole(atLeast, atMost)));
    }

    /// <summary>A finite number.</summary>
    /// <typeparam name="T">The owner.</typeparam>
    /// <param name="name">The name, in snake case.</param>
    /// <param name="value">The value.</param>
    /// <param name="set">The owner with another value.</param>
    /// <param name="atLeast">The smallest that is allowed.</param>
    /// <param name="above">What it must be above.</param>
    /// <param name="below">What it must be below.</param>
    /// <param name="atMost">The largest that is allowed.</param>
    /// <exception cref="ResearchException">The name is not in snake case.</exception>
    public static Setting<T> Number<T>(
        string name,
        double value,
        Func<double, T> set,
        double atLeast = double.NegativeInfinity,
        double above = double.NegativeInfinity,
        double below = double.PositiveInfinity,
        double atMost = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(set);
        return new(Checked(name), value, Numbers(atLeast, above, below, atMost), given =>
            set(given.Number(number => number >= atLeast && number > above && number < below && number <= atMost)));
    }

    /// <summary>A finite number, or none, which is written <c>none</c>.</summary>
    /// <typeparam name="T">The owner.</typeparam>
    /// <param name="name">The name, in snake case.</param>
    /// <param name="value">The value; null for none.</param>
    /// <param name="set">The owner with another value, or with null.</param>
    /// <param name="atLeast">The smallest that is allowed.</param>
    /// <param name="above">What it must be above.</param>
    /// <param name="below">What it must be below.</param>
    /// <param name="atMost">The largest that is allowed.</param>
    /// <exception cref="ResearchException">The name is not in snake case.</exception>
    public static Setting<T> Optional<T>(
        string name,
        double? value,
        Func<double?, T> set,
        double atLeast = double.NegativeInfinity,
        double above = double.NegativeInfinity,
        double below = double.PositiveInfinity,
        double atMost = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Number(name, value ?? 0, number => set(number), atLeast, above, below, atMost).OrNone(value is null, () => set(null));
    }

    /// <summary>True or false.</summary>
    /// <typeparam name="T">The owner.</typeparam>
    /// <param name="name">The name, in snake case.</param>
    /// <param name="value">The value.</param>
    /// <param name="set">The owner with another value.</param>
    /// <exception cref="ResearchException">The name is not in snake case.</exception>
    public static Setting<T> Flag<T>(string name, bool value, Func<bool, T> set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return new(Checked(name), value, "true or false", given => set(given.Flag()));
    }

    /// <summary>One of several things with names. Case, underscores and hyphens do not matter.</summary>
    /// <typeparam name="T">The owner.</typeparam>
    /// <typeparam name="TChoice">What is chosen, e.g. an activation.</typeparam>
    /// <param name="name">The name, in snake case.</param>
    /// <param name="value">The value. It may always be chosen: under its name it stands in the place of a ready-made one, whose own settings may be others.</param>
    /// <param name="choices">What may be chosen besides.</param>
    /// <param name="nameOf">The name of a choice.</param>
    /// <param name="set">The owner with another value.</param>
    /// <exception cref="ResearchException">The name is not in snake case.</exception>
    public static Setting<T> Choice<T, TChoice>(string name, TChoice value, IReadOnlyList<TChoice> choices, Func<TChoice, string> nameOf, Func<TChoice, T> set)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ArgumentNullException.ThrowIfNull(nameOf);
        ArgumentNullException.ThrowIfNull(set);
        string own = nameOf(value);
        TChoice[] all = [.. choices.Append(value).Select(choice => nameOf(choice) == own ? value : choice).DistinctBy(nameOf)];
        string[] names = [.. all.Select(nameOf)];
        return new(Checked(name), own, $"one of {string.Join(", ", names)}", given => set(all[given.Choice(names)]));
    }

    /// <summary>A text; spaces around it belong to it.</summary>
    /// <typeparam name="T">The owner.</typeparam>
    /// <param name="name">The name, in snake case.</param>
    /// <param name="value">The value.</param>
    /// <param name="set">The owner with another value; may refuse it with a <see cref="ResearchException"/>.</param>
    /// <param name="allowed">The values that are allowed, for people.</param>
    /// <exception cref="ResearchException">The name is not in snake case.</exception>
    public static Setting<T> Text<T>(string name, string value, Func<string, T> set, string allowed = "a text")
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(set);
        return new(Checked(name), value, allowed, given => set(given.Text));
    }

    /// <summary>A value that code alone decides: it is shown and cannot be set.</summary>
    /// <typeparam name="T">The owner.</typeparam>
    /// <param name="name">The name, in snake case.</param>
    /// <param name="value">A <see cref="string"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/> or <see cref="bool"/>; of anything else, its text.</param>
    /// <exception cref="ResearchException">The name is not in snake case.</exception>
    public static Setting<T> Shown<T>(string name, object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(Checked(name), value switch
        {
            string or int or long or double or bool => value,
            float number => Shortest(number),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        });
    }

    /// <summary>A whole number of 64 bits.</summary>
    internal static Setting<T> Long<T>(string name, long value, Func<long, T> set) =>
        new(Checked(name), value, "a whole number", given => set(given.Whole(long.MinValue, long.MaxValue)));

    /// <summary>A number that is kept in 32 bits; shown in the fewest digits that tell it from others.</summary>
    internal static Setting<T> Single<T>(string name, float value, Func<float, T> set) =>
        new(Checked(name), Shortest(value), "a number", given => set((float)given.Number(number => SinglePrecision.Holds(number), float.MaxValue, float.Epsilon)));

    private static double Shortest(float value)
    {
        double shortest = double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return (float)shortest == value ? shortest : value;
    }

    private static string Numbers(double atLeast, double above, double below, double atMost)
    {
        List<string> limits = [];
        if (double.IsFinite(atLeast)) limits.Add(Named($"at least {atLeast}"));
        if (double.IsFinite(above)) limits.Add(Named($"above {above}"));
        if (double.IsFinite(below)) limits.Add(Named($"below {below}"));
        if (double.IsFinite(atMost)) limits.Add(Named($"at most {atMost}"));
        return limits.Count switch
        {
            0 => "a number",
            1 when double.IsFinite(atLeast) => Named($"a number, {atLeast} or more"),
            1 when double.IsFinite(atMost) => Named($"a number, {atMost} or less"),
            1 => $"a number {limits[0]}",
            _ => $"a number, {string.Join(" and ", limits)}",
        };
    }

    // A path is made of names and dots, and written on a command line: name=value.
    private static string Checked(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && name.All(letter => letter == '_' || char.IsDigit(letter) || (char.IsLetter(letter) && !char.IsUpper(letter))) && !char.IsDigit(name[0])
            ? name
            : throw new ResearchException($"Setting '{name}': expected a name in snake case, e.g. 'learning_rate'.");
    }

    private static string Named(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
