using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Research.Framework.Experiments;

/// <summary>An experiment's own public settable properties, as settings: <c>Window</c> is <c>window</c>.</summary>
internal static class ExperimentSettings
{
    // What paths within plans begin with.
    private static readonly string[] s_roots = [.. typeof(ExperimentPlan).GetProperties().Select(property => SnakeCase.Of(property.Name))];

    /// <summary>
    /// The settings, in order of declaration: properties that are <see cref="int"/>, <see cref="long"/>, <see cref="double"/>,
    /// <see cref="float"/>, <see cref="bool"/>, <see cref="string"/> or an enumeration, or such a value or none. A setting
    /// changes the experiment itself.
    /// </summary>
    /// <param name="type">The experiment's class.</param>
    /// <param name="experiment">The experiment.</param>
    /// <exception cref="ResearchException">A property's name hides a field of the plan, or another property.</exception>
    public static IReadOnlyList<Setting<IExperiment>> Of([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type, IExperiment experiment)
    {
        List<Setting<IExperiment>> settings = [];
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).DistinctBy(property => property.Name))
        {
            if (property is not { GetMethod.IsPublic: true, SetMethod.IsPublic: true } || property.GetIndexParameters().Length > 0) continue;
            if (property.Name is nameof(IExperiment.Name) or nameof(IExperiment.Summary) or nameof(IExperiment.Description)) continue;
            if (Of(property, experiment) is not { } setting) continue;
            if (Array.Find(s_roots, root => NameSuggestions.Same(root, setting.Name)) is { } hidden)
                throw new ResearchException($"Experiment '{experiment.Name}': its property {property.Name} would be the setting '{setting.Name}', which hides the plan's '{hidden}'; give it another name, or no public setter.");
            if (settings.Find(other => NameSuggestions.Same(other.Name, setting.Name)) is not null)
                throw new ResearchException($"Experiment '{experiment.Name}': two of its properties would be the setting '{setting.Name}'; give one of them another name, or no public setter.");
            settings.Add(setting);
        }

        return settings;
    }

    /// <summary>The settings as a plan keeps them: with the values that it was made with.</summary>
    public static IReadOnlyList<Setting<ExperimentPlan>> Kept(IReadOnlyList<Setting<IExperiment>> settings) =>
    [
        .. settings.Select(setting => new Setting<ExperimentPlan>(setting.Name, setting.Value, setting.Allowed, given =>
            throw new ResearchException($"Setting '{given.Name}' is the experiment's own, and the plan has been made with it; set it where the plan is made, e.g. catalog.Run(..., settings: [\"{setting.Name}={given.Text}\"])."))),
    ];

    private static Setting<IExperiment>? Of(PropertyInfo property, IExperiment experiment)
    {
        object? value = property.GetValue(experiment, BindingFlags.DoNotWrapExceptions, null, null, null);
        string name = SnakeCase.Of(property.Name);
        Type? optional = Nullable.GetUnderlyingType(property.PropertyType);
        Setting<IExperiment>? setting = Of(optional ?? property.PropertyType, name, value, With);
        return optional is null ? setting : setting?.OrNone(value is null, () => With(null));

        IExperiment With(object? changed)
        {
            try
            {
                property.SetValue(experiment, changed, BindingFlags.DoNotWrapExceptions, null, null, null);
                return experiment;
            }
            catch (ResearchException exception) // the property's own check
            {
                throw new ResearchException($"Setting '{name}': {exception.Message}", exception);
            }
        }
    }

    private static Setting<IExperiment>? Of(Type type, string name, object? value, Func<object?, IExperiment> with)
    {
        if (type == typeof(int)) return Setting.Whole(name, (int)(value ?? 0), changed => with(changed));
        if (type == typeof(long)) return Setting.Long(name, (long)(value ?? 0L), changed => with(changed));
        if (type == typeof(double)) return Setting.Number(name, (double)(value ?? 0d), changed => with(changed));
        if (type == typeof(float)) return Setting.Single(name, (float)(value ?? 0f), changed => with(changed));
        if (type == typeof(bool)) return Setting.Flag(name, value is true, changed => with(changed));
        // An empty text stands for none where there is none.
        if (type == typeof(string)) return Setting.Text(name, (string?)value ?? "", changed => with(changed.Length == 0 && value is null ? null : changed));
        if (!type.IsEnum) return null;
        string[] names = Enum.GetNames(type);
        return Setting.Choice(name, value?.ToString() ?? names[0], names, SnakeCase.Of, changed => with(Enum.Parse(type, changed)));
    }
}
