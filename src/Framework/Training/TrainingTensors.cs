using System.Globalization;
using Research.Framework.Numerics;

namespace Research.Framework.Training;

/// <summary>
/// What a training keeps of its own in a checkpoint, <c>training/…</c>, one after the other: written with <c>Add</c>, then read under
/// the same names. What is missing, of another size or left over is refused: it belongs to a training with other options.
/// </summary>
/// <param name="tensors">What there is.</param>
internal sealed class TrainingTensors(IReadOnlyList<NamedTensor> tensors)
{
    private const string Prefix = "training/";
    private const string Advice = "resume with the options, validation data and metrics it was trained with";

    private readonly List<NamedTensor> _tensors = [.. tensors];
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public IReadOnlyList<NamedTensor> All => _tensors;

    public void Add(string name, IReadOnlyList<double> values) => _tensors.Add(NamedTensor.OfDoubles(Prefix + name, [values.Count], values));

    public void Add(string name, IReadOnlyList<long> values) => _tensors.Add(NamedTensor.OfLongs(Prefix + name, [values.Count], values));

    /// <summary>Adds weights: <c>training/best/lstm_1/kernel</c>.</summary>
    public void AddWeights(string name, IReadOnlyList<NamedTensor> weights) => _tensors.AddRange(weights.Select(weight => weight.WithName($"{Prefix}{name}/{weight.Name}")));

    public double[] Doubles(string name, int count) => Find(name, TensorType.Float64, count).ToDoubles();

    /// <summary>Whole numbers of 0 or more.</summary>
    public long[] Longs(string name, int count)
    {
        long[] numbers = Find(name, TensorType.Int64, count).ToLongs();
        return Array.Find(numbers, number => number < 0) is var negative and < 0
            ? throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"The checkpoint's '{Prefix}{name}': expected numbers of 0 or more, got {negative}; the file is damaged."))
            : numbers;
    }

    /// <summary>A whole number that counts epochs.</summary>
    public int Epochs(string name) => (int)Math.Min(Longs(name, 1)[0], int.MaxValue);

    /// <summary>The weights under a name; none where there are none.</summary>
    public IReadOnlyList<NamedTensor> Weights(string name)
    {
        string prefix = $"{Prefix}{name}/";
        NamedTensor[] found = [.. _tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))];
        _read.UnionWith(found.Select(tensor => tensor.Name));
        return [.. found.Select(tensor => tensor.WithName(tensor.Name[prefix.Length..]))];
    }

    /// <summary>Refuses what nobody has read.</summary>
    public void RequireAllRead()
    {
        string[] unread = [.. _tensors.Select(tensor => tensor.Name).Where(name => !_read.Contains(name))];
        if (unread.Length > 0) throw new ResearchException($"The checkpoint holds {string.Join(", ", unread.Select(name => $"'{name}'"))}, which this training does not keep; {Advice}.");
    }

    private NamedTensor Find(string name, TensorType type, int count)
    {
        NamedTensor tensor = _tensors.Find(known => known.Name == Prefix + name)
            ?? throw new ResearchException($"The checkpoint has no '{Prefix}{name}'; {Advice}.");
        _read.Add(tensor.Name);
        return tensor.Type == type && tensor.Count == count
            ? tensor
            : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"The checkpoint's '{tensor.Name}': expected {type} [{count}], got {tensor.Type} {NamedTensor.Text(tensor.Shape)}; {Advice}, or the file is damaged."));
    }
}
