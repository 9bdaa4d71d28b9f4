namespace Research.Framework.Experiments;

/// <summary>One scalar of a plan, e.g. <c>training.epochs</c> with 300.</summary>
public sealed class PlanField
{
    private readonly Func<string, ExperimentPlan>? _set;

    internal PlanField(string path, object value, string? allowed = null, Func<string, ExperimentPlan>? set = null)
    {
        Path = path;
        Value = value;
        Allowed = allowed;
        _set = set;
    }

    /// <summary>Where it stands, in snake case with dots; lists count from 0: <c>model.layers.0.units</c>.</summary>
    public string Path { get; }

    /// <summary>Its value: a <see cref="string"/>, <see cref="int"/>, <see cref="double"/> or <see cref="bool"/>.</summary>
    public object Value { get; }

    /// <summary>The values that an override may give it, for people, e.g. <c>a whole number, 0 or more</c>; null where the experiment alone decides.</summary>
    public string? Allowed { get; }

    /// <summary>The value as text, the same in every culture; what an override would be written as.</summary>
    public override string ToString() => Value switch
    {
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => Value.ToString() ?? "",
    };

    internal ExperimentPlan Set(string text) =>
        _set is null ? throw new InvalidOperationException($"'{Path}' cannot be set.") : _set(text);

    internal ResearchException Refuse(string text) =>
        new($"Plan field '{Path}': expected {Allowed}, got '{text}'.");
}
