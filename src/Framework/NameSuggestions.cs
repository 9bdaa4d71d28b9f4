namespace Research.Framework;

/// <summary>Finds what a mistyped name probably meant.</summary>
public static class NameSuggestions
{
    // What others call it, and the names it may have here, the likeliest first.
    private static readonly Dictionary<string, string[]> s_aliases = new()
    {
        ["act"] = ["activation"],
        ["activationfunction"] = ["activation"],
        ["batch"] = ["batch_size"],
        ["bce"] = ["binary_crossentropy"],
        ["bias"] = ["use_bias"],
        ["bs"] = ["batch_size"],
        ["cce"] = ["categorical_crossentropy"],
        ["ce"] = ["categorical_crossentropy"],
        ["clip"] = ["clip_norm"],
        ["criterion"] = ["loss"],
        ["crossentropy"] = ["categorical_crossentropy", "cross_entropy"],
        ["decay"] = ["weight_decay", "l2"],
        ["dropoutrate"] = ["dropout", "rate"],
        ["elman"] = ["simple_rnn"],
        ["embeddingdim"] = ["width"],
        ["epoch"] = ["epochs"],
        ["gradclip"] = ["clip_norm"],
        ["hidden"] = ["units"],
        ["hiddensize"] = ["units"],
        ["hiddenunits"] = ["units"],
        ["kaiming"] = ["he_normal"],
        ["lossfunction"] = ["loss"],
        ["lr"] = ["learning_rate"],
        ["mae"] = ["mean_absolute_error"],
        ["maxgradnorm"] = ["global_clip_norm"],
        ["mergemode"] = ["merge"],
        ["mse"] = ["mean_squared_error"],
        ["nbepoch"] = ["epochs"],
        ["neurons"] = ["units"],
        ["nll"] = ["categorical_crossentropy"],
        ["numepochs"] = ["epochs"],
        ["numunits"] = ["units"],
        ["rmse"] = ["root_mean_squared_error", "mean_squared_error"],
        ["scce"] = ["sparse_categorical_crossentropy"],
        ["sparsecrossentropy"] = ["sparse_categorical_crossentropy"],
        ["stateful"] = ["state"],
        ["swish"] = ["silu"],
        ["wd"] = ["weight_decay", "l2"],
        ["xavier"] = ["glorot_uniform"],
        ["xavieruniform"] = ["glorot_uniform"],
        ["xaviernormal"] = ["glorot_normal"],
    };

    // Nobody mistypes more than that; a table of distances to it would be large.
    private const int LongestSlip = 200;

    /// <summary>
    /// The known name nearest to <paramref name="name"/>: the fewest letters inserted, left out, changed or swapped with
    /// their neighbour; a name that contains the other counts as near. Case does not matter; the first of several
    /// equally near ones. Before all, a name that others use for the same thing, e.g. <c>mse</c>.
    /// </summary>
    /// <param name="name">What was typed.</param>
    /// <param name="known">The names there are.</param>
    /// <returns>The nearest name, or null when none is near enough to be a likely slip.</returns>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        string[] all = [.. known];
        if (name.Length > LongestSlip) return null;
        string? best = Called(name, all);
        if (best is not null) return best;
        int bestDistance = int.MaxValue;
        foreach (string candidate in all)
        {
            int distance = Distance(name, candidate);
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
            ? $"Unknown {kind} '{Excerpt.Of(name)}': there is none."
            : $"Unknown {kind} '{Excerpt.Of(name)}'{suggestion} Known: {string.Join(", ", known)}.";
    }

    /// <summary>Whether two names are the same but for case, underscores and hyphens.</summary>
    internal static bool Same(string left, string right) => string.Equals(Plain(left), Plain(right), StringComparison.OrdinalIgnoreCase);

    /// <summary>The known name of what others call by another name, e.g. <c>mean_squared_error</c> for <c>mse</c>; null for none.</summary>
    internal static string? Called(string name, IReadOnlyCollection<string> known)
    {
        string[] meant = s_aliases.GetValueOrDefault(Plain(name).ToLowerInvariant(), []);
        return meant.Select(alias => known.FirstOrDefault(candidate => Same(candidate, alias))).FirstOrDefault(found => found is not null);
    }

    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    // Optimal string alignment distance (Damerau-Levenshtein without repeated edits). Case does not matter.
    internal static int Distance(string left, string right)
    {
        (left, right) = (left.ToUpperInvariant(), right.ToUpperInvariant());
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
