using Research.Framework.Numerics;

namespace Research.Framework.Weights;

/// <summary>What a <c>.safetensors</c> file holds: tensors by name, and text about them. Immutable.</summary>
public sealed class TensorFile
{
    private readonly Dictionary<string, NamedTensor> _byName = new(StringComparer.Ordinal);

    /// <summary>Puts tensors together.</summary>
    /// <param name="tensors">Any number, with different names.</param>
    /// <param name="metadata">Text by key; null for none.</param>
    /// <exception cref="ResearchException">Two tensors have the same name.</exception>
    public TensorFile(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        foreach (NamedTensor tensor in Required.Each(tensors, nameof(Tensors)))
        {
            if (!_byName.TryAdd(tensor.Name, tensor)) throw new ResearchException($"Two tensors are called '{Excerpt.Of(tensor.Name)}'; give one of them another name.");
        }

        Tensors = Array.AsReadOnly(tensors.ToArray());
        Metadata = new SortedDictionary<string, string>(metadata?.ToDictionary() ?? [], StringComparer.Ordinal).AsReadOnly();
    }

    /// <summary>The tensors, in the file's order.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>Text by key, in ordinal order of the keys.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Whether the file bears checksums, of each tensor and of the metadata: a flipped bit is then found when it is read. They stand in its
    /// metadata, <c>research-sha256/lstm_1/kernel</c>, where other programs leave them alone.
    /// </summary>
    /// <value>Default false; a <see cref="Checkpoint"/>'s file always has them. Of a file that was read, whether it had them.</value>
    public bool HasChecksums { get; init; }

    /// <summary>A tensor by name.</summary>
    /// <param name="name">The name, e.g. <c>lstm_1/kernel</c>.</param>
    /// <exception cref="ResearchException">There is no such tensor.</exception>
    public NamedTensor this[string name] =>
        _byName.GetValueOrDefault(name)
        ?? throw new ResearchException($"There is no tensor '{Excerpt.Of(name)}'; the file holds {Excerpt.Of([.. Tensors.Select(tensor => tensor.Name)])}.");

    /// <summary>Whether there is a tensor of that name.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => _byName.ContainsKey(name);
}
