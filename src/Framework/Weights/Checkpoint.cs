using System.Globalization;
using Research.Framework.Numerics;

namespace Research.Framework.Weights;

/// <summary>
/// All that a training needs to go on where it stopped, bit for bit: all that the model keeps, the recurrent state, how far the
/// training has come. Immutable.
/// </summary>
/// <remarks>
/// In a file every tensor bears its plain name: weights <c>lstm_1/kernel</c>, so that any reader of safetensors finds them; the
/// optimizer's memory <c>optimizer/first_moment/lstm_1/kernel</c>, <c>optimizer/steps</c>; random streams
/// <c>stream/dropout/lstm_1</c>; recurrent state <c>state/lstm_1/cell</c>; the training's own <c>training/…</c>.
/// </remarks>
public sealed record Checkpoint
{
    private const string Format = "research-checkpoint", Version = "3", ConditionPrefix = "condition/";
    private const string StatePrefix = "state/", TrainingPrefix = "training/";

    /// <summary>All that the model keeps: weights, the optimizer's memory, random streams; see <see cref="Engine.ICompiledModel.Tensors"/>.</summary>
    public required IReadOnlyList<NamedTensor> Model { get; init => field = Required.Each(value); }

    /// <summary>The recurrent state, <c>[rows, width]</c> each, by layer and part, e.g. <c>state/lstm_1/cell</c>.</summary>
    /// <value>Default none: the model has no recurrent layers.</value>
    public IReadOnlyList<NamedTensor> State { get; init => field = Required.Each(value); } = [];

    /// <summary>How far the training has come.</summary>
    /// <value>Default none.</value>
    /// <remarks>
    /// A training keeps <c>training/batch_size</c>; <c>training/updates</c>, as many as <c>optimizer/steps</c>; of the epoch that goes on
    /// <c>training/epoch/batches</c>, <c>training/epoch/loss_sums</c> and <c>training/epoch/counted_rows</c>, <c>[outputs]</c>, and with several outputs <c>training/epoch/penalty_sum</c> and
    /// <c>training/epoch/samples</c>; every learning curve so far, <c>[epochs]</c>, e.g. <c>training/curves/validation/loss</c>; of what watches
    /// validation <c>training/early_stopping/best</c>, <c>/wait</c>, <c>/best_epoch</c> and <c>/restored</c> (1 once the best weights are back), and <c>training/reduce_on_plateau/best</c>, <c>/wait</c>
    /// and <c>/cooldown</c>; the weights of the best epoch, if they are to come back, <c>training/best/lstm_1/kernel</c>, and once they are
    /// back those of the last, <c>training/last/lstm_1/kernel</c>.
    /// </remarks>
    public IReadOnlyList<NamedTensor> Training { get; init => field = Required.Each(value); } = [];

    /// <summary>Under what was trained, by name, e.g. <c>loss</c>, <c>optimizer</c>, <c>data</c> (a hash); in a file's metadata as <c>condition/loss</c>.</summary>
    /// <value>Default none.</value>
    public IReadOnlyDictionary<string, string> Conditions { get; init => field = Required.Value(value); } = new Dictionary<string, string>();

    /// <summary>The root seed of the streams.</summary>
    public int Seed { get; init; }

    /// <summary>Epochs completed.</summary>
    /// <value>0 or more.</value>
    public int Epoch { get; init; }

    /// <summary>Training steps completed, over all epochs.</summary>
    /// <value>0 or more.</value>
    public long Step { get; init; }

    /// <summary>Further text that goes into the file, e.g. the experiment's name; not under <c>format</c>, <c>version</c>, <c>seed</c>, <c>epoch</c>, <c>step</c> or <c>condition/…</c>.</summary>
    /// <value>Default none.</value>
    public IReadOnlyDictionary<string, string> Notes { get; init => field = Required.Value(value); } = new Dictionary<string, string>();

    /// <summary>The checkpoint as a file's contents, with checksums.</summary>
    /// <exception cref="ResearchException">Two tensors bear the same name, a name belongs elsewhere, or a note is called as the checkpoint's own.</exception>
    public TensorFile ToFile()
    {
        Require(Model, name => !name.StartsWith(StatePrefix, StringComparison.Ordinal) && !name.StartsWith(TrainingPrefix, StringComparison.Ordinal), "a model's");
        Require(State, name => name.StartsWith(StatePrefix, StringComparison.Ordinal), "a state's");
        Require(Training, name => name.StartsWith(TrainingPrefix, StringComparison.Ordinal), "a training's");
        if (Notes.Keys.FirstOrDefault(IsOwn) is { } taken) throw new ResearchException($"A note in a checkpoint cannot be called '{taken}': that is kept for the checkpoint's own.");
        Dictionary<string, string> metadata = Notes.ToDictionary(StringComparer.Ordinal);
        foreach ((string name, string value) in Conditions) metadata[ConditionPrefix + name] = value;
        metadata["format"] = Format;
        metadata["version"] = Version;
        metadata["seed"] = Seed.ToString(CultureInfo.InvariantCulture);
        metadata["epoch"] = Epoch.ToString(CultureInfo.InvariantCulture);
        metadata["step"] = Step.ToString(CultureInfo.InvariantCulture);
        return new TensorFile([.. Model, .. State, .. Training], metadata) { HasChecksums = true };

        static void Require(IReadOnlyList<NamedTensor> tensors, Func<string, bool> fits, string whose)
        {
            if (tensors.FirstOrDefault(tensor => !fits(tensor.Name)) is { } wrong)
                throw new ResearchException($"A checkpoint cannot hold '{wrong.Name}' among {whose} tensors: names with {StatePrefix} and {TrainingPrefix} are the state's and the training's, and theirs alone.");
        }
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
        return new Checkpoint
        {
            Model = [.. file.Tensors.Where(tensor => !tensor.Name.StartsWith(StatePrefix, StringComparison.Ordinal) && !tensor.Name.StartsWith(TrainingPrefix, StringComparison.Ordinal))],
            State = [.. file.Tensors.Where(tensor => tensor.Name.StartsWith(StatePrefix, StringComparison.Ordinal))],
            Training = [.. file.Tensors.Where(tensor => tensor.Name.StartsWith(TrainingPrefix, StringComparison.Ordinal))],
            Seed = (int)Number(file, "seed", int.MinValue, int.MaxValue),
            Epoch = (int)Number(file, "epoch", 0, int.MaxValue),
            Step = Number(file, "step", 0, long.MaxValue),
            Conditions = file.Metadata.Where(entry => IsCondition(entry.Key)).ToDictionary(entry => entry.Key[ConditionPrefix.Length..], entry => entry.Value, StringComparer.Ordinal),
            Notes = file.Metadata.Where(entry => !IsOwn(entry.Key)).ToDictionary(StringComparer.Ordinal),
        };
    }

    private static bool IsOwn(string key) => key is "format" or "version" or "seed" or "epoch" or "step" || IsCondition(key);

    private static bool IsCondition(string key) => key.StartsWith(ConditionPrefix, StringComparison.Ordinal);

    private static long Number(TensorFile file, string key, long least, long most) =>
        long.TryParse(file.Metadata.GetValueOrDefault(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : throw new ResearchException($"The checkpoint's metadata '{key}': expected a whole number from {least} to {most}, got '{file.Metadata.GetValueOrDefault(key)}'.");
}
