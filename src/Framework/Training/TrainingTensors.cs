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

    /// <summary>Numbers that are neither NaN nor infinite.</summary>
    public double[] Finite(string name, int count)
    {
        double[] numbers = Doubles(name, count);
        int other = Array.FindIndex(numbers, number => !double.IsFinite(number));
        return other < 0 ? numbers : throw Damaged(name, $"finite numbers", $"{numbers[other]}");
    }

    /// <summary>Whole numbers of 0 or more.</summary>
    public long[] Longs(string name, int count)
    {
        long[] numbers = Find(name, TensorType.Int64, count).ToLongs();
        return Array.Find(numbers, number => number < 0) is var negative and < 0
            ? throw Damaged(name, $"numbers of 0 or more", $"{negative}")
            : numbers;
    }

    /// <summary>A whole number from 0 to another.</summary>
    public int Count(string name, int most) => Longs(name, 1)[0] is var number && number <= most ? (int)number : throw Damaged(name, $"at most {most}", $"{number}");

    /// <summary>That a tensor says what no training leaves.</summary>
    public static ResearchException Damaged(string name, FormattableString expected, FormattableString got) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The checkpoint's '{Prefix}{name}': expected {FormattableString.Invariant(expected)}, got {FormattableString.Invariant(got)}; the file is damaged."));

    /// <summary>The weights under a name; none where there are none.</summary>
    public IReadOnlyList<NamedTensor> Weights(string name)
    {
        string prefix = $"{Prefix}{name}/";
        NamedTensor[] found = [.. _tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))];
        _read.UnionWith(found.Select(tensor => tensor.Name));
        if (Array.Find(found, tensor => tensor.Type == TensorType.Float32 && Array.Exists(tensor.ToFloats(), value => !float.IsFinite(value))) is { } damaged)
            throw Damaged(damaged.Name[Prefix.Length..], $"finite numbers", $"NaN or infinity");
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
        return tensor.Type == type && tensor.Shape.SequenceEqual([count])
            ? tensor
            : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"The checkpoint's '{tensor.Name}': expected {type} [{count}], got {tensor.Type} {NamedTensor.Text(tensor.Shape)}; {Advice}, or the file is damaged."));
    }
}
