namespace Research.Framework.Experiments;

/// <summary>Finds the setting that a mistyped path probably meant.</summary>
internal static class PathSuggestions
{
    /// <summary>
    /// The nearest path: one that ends in the same name, or in what the name means elsewhere; else the nearest as a whole; else
    /// one that ends in a name near by.
    /// </summary>
    /// <param name="path">What was typed, perhaps its last part alone.</param>
    /// <param name="known">The paths there are.</param>
    /// <returns>Null when none is near enough; never a path of another index than the one typed.</returns>
    public static string? Nearest(string path, IReadOnlyList<string> known)
    {
        string[] parts = path.Split('.');
        known = [.. known.Where(candidate => !HasAnotherIndex(candidate.Split('.'), parts))];
        string last = Last(path);
        string[] ends = [.. known.Select(Last)];
        return EndingIn(last) ?? EndingIn(NameSuggestions.Called(last, ends)) ?? NearestWhole(path, known) ?? EndingIn(NameSuggestions.Nearest(last, ends));

        string? EndingIn(string? end) => end is null
            ? null
            : known.Where(candidate => NameSuggestions.Same(Last(candidate), end)).MinBy(candidate => NameSuggestions.Distance(path, candidate));
    }

    // What both begin with does not make the rest any nearer.
    private static string? NearestWhole(string path, IReadOnlyList<string> known)
    {
        if (NameSuggestions.Nearest(path, known) is not { } nearest) return null;
        string[] left = path.Split('.'), right = nearest.Split('.');
        int same = left.Zip(right).TakeWhile(pair => NameSuggestions.Same(pair.First, pair.Second)).Count();
        return NameSuggestions.Nearest(string.Join('.', left[same..]), [string.Join('.', right[same..])]) is null ? null : nearest;
    }

    private static bool HasAnotherIndex(string[] known, string[] typed) =>
        known.Length == typed.Length && known.Zip(typed).Any(pair => pair.First != pair.Second && int.TryParse(pair.First, out _) && int.TryParse(pair.Second, out _));

    // A thing's name stands for the thing.
    private static string Last(string path)
    {
        string[] parts = path.Split('.');
        return parts.Length > 1 && NameSuggestions.Same(parts[^1], "name") ? parts[^2] : parts[^1];
    }
}
