using System.Globalization;

namespace Research.Framework;

/// <summary>
/// A named value of something, e.g. <c>units</c> of a layer: shown as text and set from text. Layers, cells and optimizers list
/// their own; a plan's are those of all its parts. Made by the methods of <see cref="Setting"/>.
/// </summary>
/// <typeparam name="T">What it is a setting of, e.g. a layer.</typeparam>
public sealed class Setting<T>
{
    private readonly Func<GivenValue, T>? _set;

    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="value">See <see cref="Value"/>.</param>
    /// <param name="allowed">See <see cref="Allowed"/>.</param>
    /// <param name="set">The owner with what is given to it as value.</param>
    internal Setting(string name, object value, string? allowed = null, Func<GivenValue, T>? set = null)
    {
        Name = name;
        Value = value;
        Allowed = allowed;
        _set = set;
    }

    /// <summary>The name in snake case, e.g. <c>units</c>. Within a plan a path with dots; lists count from 0: <c>model.layers.0.units</c>.</summary>
    public string Name { get; }

    /// <summary>The value: a <see cref="string"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/> or <see cref="bool"/>.</summary>
    public object Value { get; }

    /// <summary>The values that it may be given, for people, e.g. <c>a whole number, 0 or more</c>; null where it is only shown.</summary>
    public string? Allowed { get; }

    /// <summary>What it is a setting of, with another value: changed in a copy where that is immutable, as layers, cells and optimizers are.</summary>
    /// <param name="text">The value as text, the same in every culture: what <see cref="ToString"/> gives sets the value that there is.</param>
    /// <exception cref="ResearchException">The text is no value that is allowed, or the setting is only shown.</exception>
    public T Set(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Set(Name, text);
    }

    /// <summary>The same setting seen from what holds its owner: a layer's from the model, a wrapped cell's from the wrapper.</summary>
    /// <typeparam name="TWhole">What holds the owner.</typeparam>
    /// <param name="whole">From the changed owner to the changed whole.</param>
    /// <param name="path">What goes before the name, without the last dot, e.g. <c>cell</c>; empty for nothing.</param>
    public Setting<TWhole> Within<TWhole>(Func<T, TWhole> whole, string path = "")
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(path);
        string name = path.Length == 0 ? Name : $"{path}.{Name}";
        return new(name, Value, Allowed, _set is null ? null : given => whole(_set(given)));
    }

    /// <summary>The value as text, the same in every culture.</summary>
    public override string ToString() => Value switch
    {
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Value.ToString() ?? "",
    };

    /// <summary>Sets the value.</summary>
    /// <param name="known">The name for messages.</param>
    /// <param name="text">The value.</param>
    internal T Set(string known, string text)
    {
        if (_set is null) throw new ResearchException($"Setting '{known}' is decided by code and cannot be set.");
        try
        {
            return _set(new GivenValue(known, Allowed ?? "", text));
        }
        catch (ArgumentException exception) // the owner's own check: of its message, what .NET adds to it is left out
        {
            int added = exception.Message.IndexOf($" (Parameter '{exception.ParamName}')", StringComparison.Ordinal);
            throw new ResearchException($"Setting '{known}': {(added < 0 ? exception.Message : exception.Message[..added])}", exception);
        }
    }

    /// <summary>The same setting where there may be no value.</summary>
    /// <param name="isNone">Whether there is none now.</param>
    /// <param name="without">The owner without a value.</param>
    internal Setting<T> OrNone(bool isNone, Func<T> without) =>
        new(Name, isNone ? "none" : Value, $"{Allowed}, or none", given => NameSuggestions.Same("none", given.Text.Trim()) ? without() : _set!(given));
}
