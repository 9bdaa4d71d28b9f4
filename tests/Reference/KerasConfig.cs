using System.Text.Json;

namespace Research.Reference;

/// <summary>
/// The arguments of a Keras object. Each is taken by name; <see cref="Done"/> fails when one is left over, so that a file
/// with an argument nobody here understands fails instead of passing unread.
/// </summary>
internal sealed class KerasConfig
{
    private readonly string _owner;
    private readonly Dictionary<string, JsonElement> _arguments;

    public KerasConfig(string owner, JsonElement config)
    {
        _owner = owner;
        _arguments = config.ValueKind == JsonValueKind.Undefined ? [] : config.EnumerateObject().ToDictionary(argument => argument.Name, argument => argument.Value);
        // What a layer or optimizer is called and where it is computed changes no number.
        Ignore("name", "dtype", "trainable", "batch_input_shape", "build_config");
    }

    public int Int(string name, int fallback = 0) => Take(name) is { } value ? value.GetInt32() : fallback;

    public double Double(string name, double fallback = 0) => Take(name) is { } value ? value.GetDouble() : fallback;

    public double? DoubleOrNull(string name) => Take(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetDouble() : null;

    public bool Bool(string name, bool fallback = false) => Take(name) is { } value ? value.GetBoolean() : fallback;

    public string Text(string name, string fallback) => Take(name) is { } value ? value.GetString()! : fallback;

    /// <summary>The argument as it stands; null where it is missing.</summary>
    public JsonElement? Take(string name) => _arguments.Remove(name, out JsonElement value) ? value : null;

    /// <summary>The arguments of the object that an argument holds, which must be of one class; null where there is none.</summary>
    public KerasConfig? Nested(string name, string nestedClass)
    {
        if (Take(name) is not { ValueKind: not JsonValueKind.Null } value) return null;
        if (value.ValueKind != JsonValueKind.Object || value.GetProperty("class").GetString() != nestedClass)
            Assert.Fail($"{_owner}: this test knows '{name}' only as {nestedClass}, got {value}.");
        return new KerasConfig(nestedClass, value.TryGetProperty("config", out JsonElement config) ? config : default);
    }

    /// <summary>Arguments that change no number of the reference files.</summary>
    public void Ignore(params string[] names)
    {
        foreach (string name in names) _arguments.Remove(name);
    }

    /// <summary>Arguments that must be off: null, false or 0.</summary>
    public void RequireOff(params string[] names)
    {
        foreach (string name in names)
        {
            if (Take(name) is not { } value) continue;
            bool off = value.ValueKind is JsonValueKind.Null or JsonValueKind.False || (value.ValueKind == JsonValueKind.Number && value.GetDouble() == 0);
            if (!off) Assert.Fail($"{_owner}: this test knows '{name}' only switched off, got {value}.");
        }
    }

    public void Done()
    {
        if (_arguments.Count > 0) Assert.Fail($"{_owner}: unknown arguments {string.Join(", ", _arguments.Select(argument => $"{argument.Key}={argument.Value}"))}.");
    }
}
