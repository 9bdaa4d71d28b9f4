namespace Research.Framework.Experiments;

/// <summary>One scalar of a plan, e.g. <c>training.epochs</c> with 300.</summary>
public sealed class PlanField
{
    private readonly Func<string, ExperimentPlan>? _set;
    private readonly bool _verbatim;

    /// <param name="path">See <see cref="Path"/>.</param>
    /// <param name="value">See <see cref="Value"/>.</param>
    /// <param name="allowed">See <see cref="Allowed"/>.</param>
    /// <param name="set">The plan with another value.</param>
    /// <param name="verbatim">Whether spaces around a value belong to it.</param>
    internal PlanField(string path, object value, string? allowed = null, Func<string, ExperimentPlan>? set = null, bool verbatim = false)
    {
        Path = path;
        Value = value;
        Allowed = allowed;
        _set = set;
        _verbatim = verbatim;
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
        _set is null ? throw new InvalidOperationException($"'{Path}' cannot be set.") : _set(_verbatim ? text : text.Trim());

    internal ResearchException Refuse(string text) =>
        new($"Plan field '{Path}': expected {Allowed}, got '{text}'.");
}
