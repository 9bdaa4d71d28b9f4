using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Framework.Experiments;

/// <summary>Changes single fields of a plan by path, as <c>--set training.epochs=50</c> does.</summary>
public static class PlanOverrides
{
    private const string LayersPath = "model.layers.", OptimizerPath = "training.optimizer";

    // Set to a number, each makes what it is the patience of, with settings of its own.
    private static readonly string[] s_patience = ["training.early_stopping.patience", "training.reduce_on_plateau.patience"];

    /// <summary>
    /// A copy of the plan with fields replaced, one setting after the other, the optimizer before its own settings. Paths are
    /// those of <see cref="PlanFields"/>; snake, kebab and camel case are the same, a layer's name may stand for its index, and
    /// <c>training.optimizer</c> means its name.
    /// </summary>
    /// <param name="plan">The plan; it is not changed.</param>
    /// <param name="settings">Settings of the form <c>path=value</c>, e.g. <c>training.optimizer.learning_rate=0.01</c>.</param>
    /// <exception cref="ResearchException">A setting has no such form, no field has the path, or the value is out of range.</exception>
    public static ExperimentPlan Apply(ExperimentPlan plan, IReadOnlyList<string> settings)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(settings);
        // Another optimizer comes with other settings: whether its rate is named before or after it must not matter.
        foreach (PathValue setting in settings.Select(PathValue.Of).OrderBy(setting => IsOptimizer(setting.Path) || s_patience.Any(path => SamePath(path, setting.Path)) ? 0 : 1))
            plan = Find(plan, setting.Path).Set(setting.Value);
        return plan;
    }

    private static bool IsOptimizer(string path) => SamePath(OptimizerPath, path) || SamePath(OptimizerPath + ".name", path);

    private static Setting<ExperimentPlan> Find(ExperimentPlan plan, string path)
    {
        IReadOnlyList<Setting<ExperimentPlan>> fields = PlanFields.Of(plan);
        if (Array.Find(path.Split('.'), part => part.StartsWith('-') && part.Length > 1 && part.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0) is { } negative)
            throw new ResearchException($"Setting '{path}': expected an index of 0 or more, got '{negative}'; lists count from 0.{LayersOf(plan, path)}");
        string counted = WithIndex(plan, path);
        Setting<ExperimentPlan>? field = fields.FirstOrDefault(known => SamePath(known.Name, counted))
            ?? fields.FirstOrDefault(known => SamePath(known.Name, counted + ".name"));
        string[] settable = [.. fields.Where(known => known.Allowed is not null).Select(known => known.Name)];
        if (field is null) throw new ResearchException(Unknown(plan, path, counted, settable));
        if (field.Allowed is null)
            throw new ResearchException($"Setting '{field.Name}' is decided by the experiment's code and cannot be set; these can: {string.Join(", ", settable)}.");
        return field;
    }

    // Indices count as they are; elsewhere underscores and hyphens do not.
    private static bool SamePath(string known, string path)
    {
        string[] left = known.Split('.'), right = path.Split('.');
        return left.Length == right.Length && left.Zip(right).All(pair => char.IsAsciiDigit(pair.First[0]) ? pair.First == pair.Second : NameSuggestions.Same(pair.First, pair.Second));
    }

    // The same path with the layer's index for its name, which may itself have dots.
    private static string WithIndex(ExperimentPlan plan, string path)
    {
        if (!path.StartsWith(LayersPath, StringComparison.OrdinalIgnoreCase)) return path;
        string rest = path[LayersPath.Length..];
        IReadOnlyList<ModelLayer> layers = plan.Model.Layers(plan.Data);
        foreach (StringComparison comparison in (StringComparison[])[StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase])
        {
            for (int i = 0; i < layers.Count; i++)
            {
                string name = layers[i].Name + ".";
                if (!char.IsAsciiDigit(rest.FirstOrDefault()) && rest.StartsWith(name, comparison)) return $"{LayersPath}{i}.{rest[name.Length..]}";
            }
        }

        return path;
    }

    private static string Unknown(ExperimentPlan plan, string path, string counted, string[] settable)
    {
        string suggestion = PathSuggestions.Nearest(counted, settable) is { } nearest ? $"; did you mean '{nearest}'?" : ".";
        return $"Unknown setting '{path}'{suggestion}{OptimizersWith(plan.Training.Optimizer, path)}{PatienceOf(settable, path)}{LayersOf(plan, counted)} Known: {string.Join(", ", settable)}.";
    }

    private static string OptimizersWith(Optimizer own, string path)
    {
        if (!path.StartsWith(OptimizerPath + ".", StringComparison.OrdinalIgnoreCase)) return "";
        string[] having = [.. Optimizer.All.Where(known => known.Settings.Any(setting => SamePath($"{OptimizerPath}.{setting.Name}", path))).Select(known => known.Name)];
        return having.Length == 0 ? "" : $" '{own.Name}' has none, {string.Join(" and ", having)} {(having.Length == 1 ? "does" : "do")}: set {OptimizerPath} besides.";
    }

    // What must be set besides, where the path asks for a setting of what there is not.
    private static string PatienceOf(string[] settable, string path)
    {
        string? patience = Array.Find(s_patience, known => path.Split('.') is [var training, var watch, _] && SamePath(known, $"{training}.{watch}.patience"));
        return patience is null || settable.Count(known => known.StartsWith(patience[..^"patience".Length], StringComparison.Ordinal)) > 1 ? "" : $" There is none yet: set {patience} besides.";
    }

    // Which layers there are, where the path asks for another.
    private static string LayersOf(ExperimentPlan plan, string path)
    {
        IReadOnlyList<ModelLayer> layers = plan.Model.Layers(plan.Data);
        string index = path.StartsWith(LayersPath, StringComparison.OrdinalIgnoreCase) ? path[LayersPath.Length..].Split('.')[0] : "0";
        return Enumerable.Range(0, layers.Count).Any(i => index == FormattableString.Invariant($"{i}"))
            ? ""
            : $" Layers: {string.Join(", ", layers.Select((layer, i) => $"{i} ({layer.Name})"))}.";
    }
}
