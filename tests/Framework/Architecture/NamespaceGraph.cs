namespace Research.Framework.Tests.Architecture;

/// <summary>Which namespace knows which, and by what.</summary>
internal sealed class NamespaceGraph
{
    private readonly SortedDictionary<(string From, string To), SortedSet<string>> _references = [];

    /// <summary>Adds a reference.</summary>
    /// <param name="from">Who knows.</param>
    /// <param name="to">Who is known; itself is none.</param>
    /// <param name="by">By what, e.g. <c>X uses Y</c>.</param>
    public void Add(string from, string to, string by)
    {
        if (from == to) return;
        if (!_references.TryGetValue((from, to), out SortedSet<string>? all)) _references[(from, to)] = all = new(StringComparer.Ordinal);
        all.Add(by);
    }

    /// <summary>Every reference from one namespace to another, with the types that make it: <c>A -> B: X uses Y; X uses Z</c>.</summary>
    public IEnumerable<string> All => _references.Keys.Select(Describe);

    /// <summary>Namespaces that know each other, directly or by way of others: each circle with its members in order.</summary>
    /// <param name="apartFrom">References, written as in <see cref="All"/>, that are not followed.</param>
    public IReadOnlyList<IReadOnlyList<string>> Circles(IReadOnlyCollection<string> apartFrom)
    {
        ILookup<string, string> targets = _references.Keys.Where(key => !apartFrom.Contains(Describe(key))).ToLookup(key => key.From, key => key.To);
        string[] known = [.. _references.Keys.Select(key => key.From).Distinct()];
        Dictionary<string, HashSet<string>> reach = known.ToDictionary(start => start, start => Reachable(start, targets));
        return
        [
            .. known
                .Select(start => (string[])[.. known.Where(other => reach[start].Contains(other) && reach[other].Contains(start))])
                .Where(circle => circle.Length > 1)
                .DistinctBy(circle => circle[0]),
        ];
    }

    /// <summary>Those references that lie within a circle.</summary>
    /// <param name="circle">From <see cref="Circles"/>.</param>
    public IEnumerable<string> Within(IReadOnlyCollection<string> circle) =>
        _references.Keys.Where(key => circle.Contains(key.From) && circle.Contains(key.To)).Select(Describe);

    private string Describe((string From, string To) key) => $"{key.From} -> {key.To}: {string.Join("; ", _references[key])}";

    private static HashSet<string> Reachable(string start, ILookup<string, string> targets)
    {
        HashSet<string> seen = [];
        Stack<string> open = new([start]);
        while (open.TryPop(out string? next))
        {
            foreach (string target in targets[next].Where(seen.Add)) open.Push(target);
        }

        return seen;
    }
}
