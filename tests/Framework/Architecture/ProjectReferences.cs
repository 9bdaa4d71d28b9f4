namespace Research.Framework.Tests.Architecture;

/// <summary>Who may know whom: Experiments -> Hosting -> (Cells, Datasets) -> Framework, and never back; Torch, beside Hosting, is known by who runs on it.</summary>
internal static class ProjectReferences
{
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>
    {
        ["Framework"] = [],
        ["Cells"] = ["Framework"],
        ["Torch"] = ["Framework", "Cells"],
        ["Datasets"] = ["Framework"],
        ["Hosting"] = ["Framework", "Cells", "Datasets"],
        ["Experiments"] = ["Framework", "Cells", "Torch", "Datasets", "Hosting"],
    };

    /// <summary>The assembly of each project. All lie beside this one: the test project references Torch and the executable, and with it all of src.</summary>
    public static IEnumerable<string> AssemblyNames => Allowed.Keys.Where(project => project != "Torch" || HasTorch)
        .Select(project => project switch { "Hosting" => "Research.Framework.Hosting", "Torch" => "Research.Cells.Torch", _ => "Research." + project });

    /// <summary>Whether this build has the project; -p:Torch=none leaves it empty.</summary>
    public static bool HasTorch =>
#if NOTORCH
        false;
#else
        true;
#endif

    /// <summary>References that point the wrong way.</summary>
    public static IEnumerable<string> Wrong(string project, IEnumerable<string> references) =>
        Allowed.TryGetValue(project, out string[]? allowed)
            ? references.Except(allowed).Select(reference => $"{project} -> {reference}")
            : [$"{project} is not in the list of projects in {nameof(ProjectReferences)}: add it with what it may reference"];
}
