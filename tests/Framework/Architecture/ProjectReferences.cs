namespace Research.Framework.Tests.Architecture;

/// <summary>Who may know whom: Experiments -> Hosting -> (Cells, Datasets) -> Framework, and never back.</summary>
internal static class ProjectReferences
{
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>
    {
        ["Framework"] = [],
        ["Cells"] = ["Framework"],
        ["Datasets"] = ["Framework"],
        ["Hosting"] = ["Framework", "Cells", "Datasets"],
        ["Experiments"] = ["Framework", "Cells", "Datasets", "Hosting"],
    };

    /// <summary>The assembly of each project. All lie beside this one: the test project references the executable, and with it all of src.</summary>
    public static IEnumerable<string> AssemblyNames => Allowed.Keys.Select(project => project == "Hosting" ? "Research.Framework.Hosting" : "Research." + project);

    /// <summary>References that point the wrong way.</summary>
    public static IEnumerable<string> Wrong(string project, IEnumerable<string> references) =>
        Allowed.TryGetValue(project, out string[]? allowed)
            ? references.Except(allowed).Select(reference => $"{project} -> {reference}")
            : [$"{project} is not in the list of projects in {nameof(ProjectReferences)}: add it with what it may reference"];
}
