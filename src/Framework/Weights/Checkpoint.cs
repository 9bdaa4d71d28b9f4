using System.Globalization;
using Research.Framework.Objectives;

namespace Research.Framework.Weights;

/// <summary>
/// All that a training needs to go on where it stopped, bit for bit: weights, the optimizer's memory, the recurrent state,
/// how far each random stream has been drawn, epoch and step. Immutable.
/// </summary>
/// <remarks>
/// In a file, weights bear their plain names (<c>lstm_1/kernel</c>), so that any reader of safetensors finds them; the
/// rest is called <c>@optimizer/…</c>, <c>@state/…</c> and <c>@stream/…</c>.
/// </remarks>
public sealed record Checkpoint
{
    private const string Format = "research-checkpoint", Version = "1";
    private const string OptimizerPrefix = "@optimizer/", StatePrefix = "@state/", StreamPrefix = "@stream/";

    /// <summary>The weights by name, e.g. <c>lstm_1/kernel</c>; 32-bit floating point.</summary>
    public required IReadOnlyList<NamedTensor> Weights { get; init; }

    /// <summary>What the optimizer remembers, e.g. <c>lstm_1/kernel/first_moment</c>.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<NamedTensor> Optimizer { get; init; } = [];

    /// <summary>The recurrent state, <c>[rows, width]</c> each, by layer and part, e.g. <c>lstm_1/cell</c>.</summary>
    /// <value>Default none: all zero.</value>
    public IReadOnlyList<NamedTensor> State { get; init; } = [];

    /// <summary>How far each random stream has been drawn: 64-bit whole numbers by the stream's name, e.g. <c>shuffle</c>.</summary>
    /// <value>Default none: no stream has been used.</value>
    public IReadOnlyList<NamedTensor> Streams { get; init; } = [];

    /// <summary>The root seed of the streams.</summary>
    public int Seed { get; init; }

    /// <summary>Epochs completed.</summary>
    /// <value>0 or more.</value>
    public int Epoch { get; init; }

    /// <summary>Training steps completed, over all epochs.</summary>
    /// <value>0 or more.</value>
    public long Step { get; init; }

    /// <summary>Further text that goes into the file, e.g. the experiment's name; not under <c>format</c>, <c>version</c>, <c>seed</c>, <c>epoch</c> or <c>step</c>.</summary>
    /// <value>Default none.</value>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();

    /// <summary>The checkpoint as a file's contents.</summary>
    /// <exception cref="ResearchException">Two tensors bear the same name, a weight's name begins with @, or a note is called as the checkpoint's own.</exception>
    public TensorFile ToFile()
    {
        foreach (NamedTensor weight in Weights)
        {
            if (weight.Name.StartsWith('@')) throw new ResearchException($"A weight in a checkpoint cannot be called '{weight.Name}': names with @ are kept for the rest of it.");
        }

        if (Notes.Keys.FirstOrDefault(IsOwn) is { } taken) throw new ResearchException($"A note in a checkpoint cannot be called '{taken}': that is kept for the checkpoint's own.");
        Dictionary<string, string> metadata = Notes.ToDictionary(StringComparer.Ordinal);
        metadata["format"] = Format;
        metadata["version"] = Version;
        metadata["seed"] = Seed.ToString(CultureInfo.InvariantCulture);
        metadata["epoch"] = Epoch.ToString(CultureInfo.InvariantCulture);
        metadata["step"] = Step.ToString(CultureInfo.InvariantCulture);
        return new TensorFile([.. Weights, .. Prefixed(Optimizer, OptimizerPrefix), .. Prefixed(State, StatePrefix), .. Prefixed(Streams, StreamPrefix)], metadata);
    }

    /// <summary>The checkpoint in a file.</summary>
    /// <param name="file">What was read.</param>
    /// <exception cref="ResearchException">It is no checkpoint, or of another version.</exception>
    public static Checkpoint FromFile(TensorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        string format = file.Metadata.GetValueOrDefault("format", ""), version = file.Metadata.GetValueOrDefault("version", "");
        if (format != Format) throw new ResearchException($"Expected a checkpoint, a file whose metadata says format={Format}; got format={format}. A file of weights alone cannot be resumed from.");
        if (version != Version) throw new ResearchException($"Expected a checkpoint of version {Version}, got version {version}; read it with the program that wrote it.");
        if (file.Tensors.FirstOrDefault(tensor => tensor.Name.StartsWith('@') && Part(tensor) is null) is { } unknown)
            throw new ResearchException($"The checkpoint holds '{unknown.Name}', which this version does not know.");
        return new Checkpoint
        {
            Weights = [.. file.Tensors.Where(tensor => !tensor.Name.StartsWith('@')).Select(tensor => Require(tensor, TensorType.Float32))],
            Optimizer = Unprefixed(file, OptimizerPrefix),
            State = [.. Unprefixed(file, StatePrefix).Select(tensor => Require(tensor, TensorType.Float32))],
            Streams = [.. Unprefixed(file, StreamPrefix).Select(tensor => Require(tensor, TensorType.Int64))],
            Seed = (int)Number(file, "seed", int.MinValue, int.MaxValue),
            Epoch = (int)Number(file, "epoch", 0, int.MaxValue),
            Step = Number(file, "step", 0, long.MaxValue),
            Notes = file.Metadata.Where(entry => !IsOwn(entry.Key)).ToDictionary(StringComparer.Ordinal),
        };
    }

    private static bool IsOwn(string key) => key is "format" or "version" or "seed" or "epoch" or "step";

    private static string? Part(NamedTensor tensor) =>
        Array.Find([OptimizerPrefix, StatePrefix, StreamPrefix], prefix => tensor.Name.StartsWith(prefix, StringComparison.Ordinal) && tensor.Name.Length > prefix.Length);

    private static IEnumerable<NamedTensor> Prefixed(IReadOnlyList<NamedTensor> tensors, string prefix) =>
        tensors.Select(tensor => tensor.WithName(prefix + tensor.Name));

    private static NamedTensor[] Unprefixed(TensorFile file, string prefix) =>
        [.. file.Tensors.Where(tensor => Part(tensor) == prefix).Select(tensor => tensor.WithName(tensor.Name[prefix.Length..]))];

    private static NamedTensor Require(NamedTensor tensor, TensorType type) => tensor.Type == type
        ? tensor
        : throw new ResearchException($"The checkpoint's '{tensor.Name}' is {tensor.Type}; expected {type}.");

    private static long Number(TensorFile file, string key, long least, long most) =>
        long.TryParse(file.Metadata.GetValueOrDefault(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : throw new ResearchException($"The checkpoint's metadata '{key}': expected a whole number from {least} to {most}, got '{file.Metadata.GetValueOrDefault(key)}'.");
}
