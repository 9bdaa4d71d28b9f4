using Research.Framework.Models;

namespace Research.Framework.Experiments;

/// <summary>Changes single fields of a plan by path, as <c>--set training.epochs=50</c> does.</summary>
public static class PlanOverrides
{
    private const string LayersPath = UnknownPath.LayersPath, OptimizerPath = UnknownPath.OptimizerPath;

    /// <summary>Set to a number, each makes what it is the patience of, with settings of its own.</summary>
    internal static string[] Patience { get; } = ["training.early_stopping.patience", "training.reduce_on_plateau.patience"];

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
        foreach (PathValue setting in settings.Select(PathValue.Of).OrderBy(setting => IsOptimizer(setting.Path) || Patience.Any(path => SamePath(path, setting.Path)) ? 0 : 1))
            plan = Find(plan, setting.Path).Set(setting.Value);
        return plan;
    }

    private static bool IsOptimizer(string path) => SamePath(OptimizerPath, path) || SamePath(OptimizerPath + ".name", path);

    private static Setting<ExperimentPlan> Find(ExperimentPlan plan, string path)
    {
        IReadOnlyList<Setting<ExperimentPlan>> fields = PlanFields.Of(plan);
        UnknownPath unknown = new(plan, [.. fields.Where(known => known.Allowed is not null).Select(known => known.Name)]);
        if (Array.Find(path.Split('.'), part => part.StartsWith('-') && part.Length > 1 && part.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0) is { } negative)
            throw new ResearchException($"Setting '{path}': expected an index of 0 or more, got '{negative}'; lists count from 0.{(path.StartsWith(LayersPath, StringComparison.OrdinalIgnoreCase) ? " " + unknown.Layers : "")}");
        string counted = WithIndex(plan, path);
        Setting<ExperimentPlan>? field = fields.FirstOrDefault(known => SamePath(known.Name, counted))
            ?? fields.FirstOrDefault(known => SamePath(known.Name, counted + ".name"));
        if (field is null) throw new ResearchException(unknown.Message(path));
        if (field.Allowed is null) throw new ResearchException($"Setting '{field.Name}' is decided by the experiment's code and cannot be set; 'show' tells what can.");
        return field;
    }

    /// <summary>Whether two paths are the same: indices count as they are; elsewhere underscores and hyphens do not.</summary>
    internal static bool SamePath(string known, string path)
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
}
