using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Framework.Experiments;

/// <summary>Says of a path that nothing reads what was probably meant, or what there is where it leaves the known ones.</summary>
/// <param name="plan">The plan.</param>
/// <param name="settable">The paths that can be set.</param>
internal sealed class UnknownPath(ExperimentPlan plan, IReadOnlyList<string> settable)
{
    /// <summary>What paths of layers begin with, and those of the optimizer's settings.</summary>
    public const string LayersPath = "model.layers.", OptimizerPath = "training.optimizer";

    private readonly IReadOnlyList<ModelLayer> _layers = plan.Model.Layers(plan.Data);

    /// <summary>The layers there are, for people.</summary>
    public string Layers => $"Layers: {string.Join(", ", _layers.Select((layer, i) => $"{i} ({layer.Name})"))}.";

    /// <summary>The message, in one sentence or two.</summary>
    /// <param name="path">What was typed.</param>
    public string Message(string path) =>
        $"Unknown setting '{path}'{OfAnotherOptimizer(path) ?? WithoutPatience(path) ?? OfALayer(path) ?? Meant(path, settable, "") ?? Known(path)}";

    private string? OfAnotherOptimizer(string path)
    {
        string last = path.Split('.')[^1];
        if (settable.Any(known => NameSuggestions.Same(known.Split('.')[^1], last))) return null;
        string[] having = [.. Optimizer.All.Where(known => known.Settings.Any(setting => NameSuggestions.Same(setting.Name, last))).Select(known => known.Name)];
        return having.Length == 0
            ? null
            : $": {plan.Training.Optimizer.Name} has no {last}, {string.Join(" and ", having)} {(having.Length == 1 ? "does" : "do")}: set {OptimizerPath} besides.";
    }

    // What must be set besides, where the path asks for a setting of what there is not.
    private string? WithoutPatience(string path)
    {
        string? patience = Array.Find(PlanOverrides.Patience, known => path.Split('.') is [var training, var watch, _] && PlanOverrides.SamePath(known, $"{training}.{watch}.patience"));
        return patience is null || Below(patience[..^".patience".Length]).Length > 1 ? null : $". There is none yet: set {patience} besides.";
    }

    // Only what that layer itself has may have been meant, called as it was typed, by index or name.
    private string? OfALayer(string path)
    {
        bool isWhole = path.StartsWith(LayersPath, StringComparison.OrdinalIgnoreCase);
        string rest = isWhole ? path[LayersPath.Length..] : path;
        for (int i = 0; i < _layers.Count; i++)
        {
            string index = FormattableString.Invariant($"{i}");
            foreach (string key in (string[])[_layers[i].Name, index])
            {
                if ((!isWhole && key == index) || !(rest + ".").StartsWith(key + ".", StringComparison.OrdinalIgnoreCase)) continue;
                string[] own = Below(LayersPath + index);
                return Meant(rest.Length > key.Length ? rest[(key.Length + 1)..] : "", own, $"{LayersPath}{key}.") ?? $". Known under '{LayersPath}{key}': {Children(own)}.";
            }
        }

        if (!isWhole) return null;
        string[] parts = rest.Split('.', 2);
        int likely = char.IsAsciiDigit(parts[0].FirstOrDefault()) || parts.Length < 2 ? -1 : Likely(parts[0]);
        string? meant = likely < 0 ? null : Meant(parts[1], Below(FormattableString.Invariant($"{LayersPath}{likely}")), $"{LayersPath}{_layers[likely].Name}.");
        return $"{meant ?? "."} {Layers}";
    }

    // A layer of another name is a slip; or, since a recurrent layer is called after its cell, another cell's.
    private int Likely(string name)
    {
        string[] names = [.. _layers.Select(layer => layer.Name)];
        string? near = NameSuggestions.Nearest(name, names);
        return near is null ? Array.FindIndex([.. _layers], layer => layer.Layer is RecurrentLayer or BidirectionalLayer) : Array.IndexOf(names, near);
    }

    private static string? Meant(string path, IReadOnlyList<string> known, string prefix) =>
        path.Length > 0 && PathSuggestions.Nearest(path, known) is { } nearest ? $"; did you mean '{prefix}{nearest}'?" : null;

    private string Known(string path)
    {
        string[] parts = path.Split('.');
        for (int count = parts.Length - 1; count > 0; count--)
        {
            string parent = string.Join('.', parts[..count]);
            if (Below(parent) is { Length: > 0 } children) return $". Known under '{parent}': {Children(children)}.";
        }

        return $". Known: {Children(settable)}; 'show' lists every path.";
    }

    private string[] Below(string parent) =>
    [
        .. from known in settable
           let parts = known.Split('.')
           let depth = parent.Split('.').Length
           where parts.Length > depth && PlanOverrides.SamePath(string.Join('.', parts[..depth]), parent)
           select string.Join('.', parts[depth..]),
    ];

    private static string Children(IEnumerable<string> paths) =>
        string.Join(", ", paths.Select(path => path.Split('.')).Select(parts => parts.Length == 1 ? parts[0] : parts[0] + ".*").Distinct());
}
