using Research.Framework.Equations;

namespace Research.Framework.Experiments;

/// <summary>Changes single fields of a plan by path, as <c>--set training.epochs=50</c> does.</summary>
public static class PlanOverrides
{
    /// <summary>
    /// A copy of the plan with fields replaced, one setting after the other. Paths are those of <see cref="PlanFields"/>;
    /// snake, kebab and camel case are the same, and <c>training.optimizer</c> means its name.
    /// </summary>
    /// <param name="plan">The plan; it is not changed.</param>
    /// <param name="settings">Settings of the form <c>path=value</c>, e.g. <c>training.optimizer.learning_rate=0.01</c>.</param>
    /// <param name="cells">The factory the experiment's cells came from; with it, recurrent layers' units can be set.</param>
    /// <exception cref="ResearchException">A setting has no such form, no field has the path, or the value is out of range.</exception>
    public static ExperimentPlan Apply(ExperimentPlan plan, IReadOnlyList<string> settings, ICellFactory? cells = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(settings);
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) throw new ResearchException($"Setting '{setting}': expected the form path=value, e.g. training.epochs=50.");
            plan = Find(PlanFields.Of(plan, cells), setting[..equals].Trim()).Set(setting[(equals + 1)..]);
        }

        return plan;
    }

    internal static bool SameName(string left, string right) =>
        string.Equals(Plain(left), Plain(right), StringComparison.OrdinalIgnoreCase);

    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static PlanField Find(IReadOnlyList<PlanField> fields, string path)
    {
        PlanField? field = fields.FirstOrDefault(known => SameName(known.Path, path))
            ?? fields.FirstOrDefault(known => SameName(known.Path, path + ".name"));
        string[] settable = [.. fields.Where(known => known.Allowed is not null).Select(known => known.Path)];
        if (field is null) throw new ResearchException(NameSuggestions.Unknown("plan field", path, settable));
        if (field.Allowed is null)
            throw new ResearchException($"Plan field '{field.Path}' is decided by the experiment's code and cannot be set; these can: {string.Join(", ", settable)}.");
        return field;
    }
}
