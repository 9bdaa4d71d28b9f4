namespace Research.Framework.Experiments;

/// <summary>Finds what a mistyped name probably meant.</summary>
public static class NameSuggestions
{
    /// <summary>
    /// The known name nearest to <paramref name="name"/>: the fewest letters inserted, left out, changed or swapped with
    /// their neighbour; a name that contains the other counts as near. Case does not matter; the first of several
    /// equally near ones.
    /// </summary>
    /// <param name="name">What was typed.</param>
    /// <param name="known">The names there are.</param>
    /// <returns>The nearest name, or null when none is near enough to be a likely slip.</returns>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string candidate in known)
        {
            int distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            bool contained = name.Length >= 3 && candidate.Contains(name, StringComparison.OrdinalIgnoreCase);
            if (distance > Math.Max(2, Math.Min(name.Length, candidate.Length) / 3) && !contained) continue;
            if (distance >= Math.Min(name.Length, candidate.Length) && !contained) continue; // nothing in common
            if (distance < bestDistance) (best, bestDistance) = (candidate, distance);
        }

        return best;
    }

    /// <summary>A sentence for messages: what was unknown, the nearest name where there is one, and all known names.</summary>
    /// <param name="kind">What is named, e.g. <c>experiment</c>.</param>
    /// <param name="name">What was typed.</param>
    /// <param name="known">The names there are.</param>
    public static string Unknown(string kind, string name, IReadOnlyCollection<string> known)
    {
        ArgumentNullException.ThrowIfNull(known);
        string suggestion = Nearest(name, known) is { } nearest ? $"; did you mean '{nearest}'?" : ".";
        return known.Count == 0
            ? $"Unknown {kind} '{name}': there is none."
            : $"Unknown {kind} '{name}'{suggestion} Known: {string.Join(", ", known)}.";
    }

    // Optimal string alignment distance (Damerau-Levenshtein without repeated edits).
    private static int Distance(string left, string right)
    {
        int[,] table = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++) table[i, 0] = i;
        for (int j = 0; j <= right.Length; j++) table[0, j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int change = table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                int best = Math.Min(change, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    best = Math.Min(best, table[i - 2, j - 2] + 1);
                table[i, j] = best;
            }
        }

        return table[left.Length, right.Length];
    }
}
