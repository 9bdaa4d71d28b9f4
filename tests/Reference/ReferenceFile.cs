using System.Text.Json;

namespace Research.Reference;

/// <summary>One file of ground truth.</summary>
internal sealed class ReferenceFile
{
    private ReferenceFile(string name, JsonElement root)
    {
        Name = name;
        Root = root;
    }

    /// <summary>The file's name without extension.</summary>
    public string Name { get; }

    public JsonElement Root { get; }

    /// <summary>What kind of truth it holds. The files on misuse and on the tutorial say so by their name.</summary>
    public string Group =>
        Root.TryGetProperty("group", out JsonElement group) ? group.GetString()!
        : Name.StartsWith("_misuse_", StringComparison.Ordinal) ? "misuse"
        : Name.StartsWith("_tutorial_", StringComparison.Ordinal) ? "tutorial"
        : "";

    /// <summary>
    /// Whether names mean what they meant in Keras 2 (and TensorFlow.js): hard sigmoid with slope 0.2, RMSprop's epsilon
    /// outside the root, clipnorm over all tensors at once.
    /// </summary>
    public bool Keras2 =>
        Root.TryGetProperty("source", out JsonElement source) && source.ValueKind == JsonValueKind.Object
        && (source.GetProperty("oracle").GetString() != "keras" || source.GetProperty("version").GetString()!.StartsWith("2.", StringComparison.Ordinal));

    public bool HasLayers => Root.TryGetProperty("layers", out _);

    public IEnumerable<JsonElement> Weights => Root.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("weights"));

    public static ReferenceFile Read(string path) => Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));

    public static ReferenceFile Parse(string name, string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return new ReferenceFile(name, document.RootElement.Clone());
    }

    public KerasModel Model(CellKind kind) => KerasModel.Of(Root.GetProperty("layers"), kind, Keras2);

    public KerasTensor Tensor(string name) => KerasTensor.Of(Root.GetProperty(name));

    public KerasTensor? TensorOrNull(string name) => Root.TryGetProperty(name, out JsonElement element) ? KerasTensor.OrNull(element) : null;
}
