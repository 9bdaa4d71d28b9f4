using System.Text.Json;

namespace Research.Reference;

/// <summary>
/// The arguments of a Keras object. Each is taken by name; <see cref="Done"/> fails when one is left over, so that a file
/// with an argument nobody here understands fails instead of passing unread.
/// </summary>
internal sealed class KerasConfig
{
    // Without underscores, in lower case: Keras takes glorot_uniform and GlorotUniform.
    private static readonly string[] KnownInitializers =
    [
        "zeros", "ones", "constant", "identity", "orthogonal", "randomnormal", "randomuniform", "truncatednormal", "variancescaling",
        "glorotuniform", "glorotnormal", "heuniform", "henormal", "lecununiform", "lecunnormal", "normal", "uniform", "one", "zero",
        "orthogonalinitializer", "identityinitializer",
    ];

    private readonly Dictionary<string, JsonElement> _arguments;

    public KerasConfig(string owner, JsonElement config)
    {
        Owner = owner;
        _arguments = config.ValueKind == JsonValueKind.Undefined ? [] : config.EnumerateObject().ToDictionary(argument => argument.Name, argument => argument.Value);
        // What a layer or optimizer is called and where it is computed changes no number.
        Ignore("name", "dtype", "batch_input_shape", "batch_shape", "input_shape", "build_config");
        if (Take("trainable") is { ValueKind: JsonValueKind.False }) Assert.Fail($"{owner}: this test knows only layers that are trained.");
    }

    /// <summary>The class of an object, written as in the files (<c>class</c>) or as Keras writes it (<c>class_name</c>).</summary>
    public static string ClassOf(JsonElement value) =>
        (value.TryGetProperty("class", out JsonElement name) || value.TryGetProperty("class_name", out name) ? name.GetString() : null)
        ?? throw new AssertionException($"Expected an object with a class, got {value}.");

    /// <summary>The arguments of an object that says its class.</summary>
    public static KerasConfig OfObject(JsonElement value) =>
        new(ClassOf(value), value.TryGetProperty("config", out JsonElement config) ? config : default);

    /// <summary>The object's class.</summary>
    public string Owner { get; }

    public int Int(string name, int fallback = 0) => Take(name) is { } value ? value.GetInt32() : fallback;

    public double Double(string name, double fallback = 0) => Take(name) is { } value ? value.GetDouble() : fallback;

    public double? DoubleOrNull(string name) => Take(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetDouble() : null;

    public bool Bool(string name, bool fallback = false) => Take(name) is { } value ? value.GetBoolean() : fallback;

    public string Text(string name, string fallback) => Take(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetString()! : fallback;

    /// <summary>An activation by name; null, as in Keras, is linear.</summary>
    public string Activation(string name, string fallback)
    {
        if (Take(name) is not { } value) return fallback;
        return value.ValueKind == JsonValueKind.Null ? "linear" : value.GetString()!;
    }

    /// <summary>The argument as it stands; null where it is missing.</summary>
    public JsonElement? Take(string name) => _arguments.Remove(name, out JsonElement value) ? value : null;

    /// <summary>
    /// The arguments of the object that an argument holds, which must be of one of the classes; null where there is none. A
    /// text is an object with Keras' defaults.
    /// </summary>
    public KerasConfig? Nested(string name, params string[] classes)
    {
        if (Take(name) is not { ValueKind: not JsonValueKind.Null } value) return null;
        string? given = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Object => ClassOf(value),
            _ => null,
        };
        if (!classes.Contains(given)) Assert.Fail($"{Owner}: this test knows '{name}' only as {string.Join(" or ", classes)}, got {value}.");
        return value.ValueKind == JsonValueKind.String ? new KerasConfig(given!, default) : OfObject(value);
    }

    /// <summary>Initializers, which have no say where weights are given; but they must be ones that Keras has.</summary>
    public void Initializers(params string[] names)
    {
        foreach (string name in names)
        {
            if (Take(name) is not { ValueKind: not JsonValueKind.Null } value) continue;
            string given = value.ValueKind == JsonValueKind.Object ? ClassOf(value) : value.ToString();
            if (!KnownInitializers.Contains(given.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant()))
                Assert.Fail($"{Owner}: Keras has no initializer {value} for '{name}'.");
        }
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
            if (!off) Assert.Fail($"{Owner}: this test knows '{name}' only switched off, got {value}.");
        }
    }

    public void Done()
    {
        if (_arguments.Count > 0) Assert.Fail($"{Owner}: unknown arguments {string.Join(", ", _arguments.Select(argument => $"{argument.Key}={argument.Value}"))}.");
    }
}
