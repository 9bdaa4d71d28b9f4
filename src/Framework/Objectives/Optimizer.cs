namespace Research.Framework.Objectives;

/// <summary>How gradients change weights: immutable settings; the engine keeps the moments.</summary>
/// <remarks>
/// A step clips the gradients, if asked for, then lets weights decay, then updates them. At most one kind of clipping
/// may be chosen, as in Keras.
/// </remarks>
public abstract record Optimizer
{
    // Null for the usual one: a rate that was set stays where another optimizer takes this one's place, even if it was set to the usual one.
    private readonly double? _givenRate;

    private protected Optimizer()
    {
    }

    /// <summary>The optimizers with Keras' settings, for look-up by name.</summary>
    public static IReadOnlyList<Optimizer> All { get; } = [new Adam(), new AdamW(), new Sgd(), new RmsProp()];

    /// <summary>The name in plans, e.g. <c>adam</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Step size.</summary>
    /// <value>Above 0. Default 0.001; 0.01 for SGD.</value>
    public double LearningRate
    {
        get => _givenRate ?? UsualRate;
        init => _givenRate = value;
    }

    /// <summary>What is remembered of each weight, a number for each of its own, zero at first, e.g. <c>first_moment</c>; none for plain descent.</summary>
    public abstract IReadOnlyList<string> Moments { get; }

    /// <summary>How the learning rate changes from step to step.</summary>
    /// <value>Default <see cref="LearningRateSchedule.Constant"/>.</value>
    public LearningRateSchedule Schedule { get; init => field = Required.Value(value); } = LearningRateSchedule.Constant;

    /// <summary>The most that the Euclidean norm of one weight's gradient may be; a longer one is scaled down.</summary>
    /// <value>Above 0, or null for no limit. Default null.</value>
    public double? ClipNorm { get; init; }

    /// <summary>The most that an element of a gradient may be in size; a larger one is cut to it.</summary>
    /// <value>Above 0, or null for no limit. Default null.</value>
    public double? ClipValue { get; init; }

    /// <summary>The most that the Euclidean norm of all gradients together may be; longer ones are scaled down, all by the same factor.</summary>
    /// <value>Above 0, or null for no limit. Default null.</value>
    public double? GlobalClipNorm { get; init; }

    /// <summary>
    /// Learning rate, what is this kind's own, schedule and clipping, in the order in which they are shown; each sets a copy.
    /// </summary>
    public IReadOnlyList<Setting<Optimizer>> Settings =>
    [
        Setting.Number<Optimizer>("learning_rate", LearningRate, value => this with { LearningRate = value }, above: 0),
        .. OwnSettings,
        Setting.Shown<Optimizer>("schedule", Schedule.Name),
        Setting.Optional<Optimizer>("clip_norm", ClipNorm, value => this with { ClipNorm = value }, above: 0),
        Setting.Optional<Optimizer>("clip_value", ClipValue, value => this with { ClipValue = value }, above: 0),
        Setting.Optional<Optimizer>("global_clip_norm", GlobalClipNorm, value => this with { GlobalClipNorm = value }, above: 0),
    ];

    /// <summary>A copy with another learning rate.</summary>
    /// <param name="rate">Above 0.</param>
    public Optimizer WithLearningRate(double rate) => this with { LearningRate = rate };

    /// <summary>A copy whose learning rate changes in another way.</summary>
    /// <param name="schedule">How.</param>
    public Optimizer WithSchedule(LearningRateSchedule schedule) => this with { Schedule = schedule };

    /// <summary>Whether two are of the same kind with the same settings; a rate that was set to the usual one is the usual one.</summary>
    /// <param name="other">Another; null for none.</param>
    public virtual bool Equals(Optimizer? other) =>
        other is not null && EqualityContract == other.EqualityContract && LearningRate.Equals(other.LearningRate) && Equals(Schedule, other.Schedule)
        && Equals(ClipNorm, other.ClipNorm) && Equals(ClipValue, other.ClipValue) && Equals(GlobalClipNorm, other.GlobalClipNorm);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(EqualityContract, LearningRate, Schedule, ClipNorm, ClipValue, GlobalClipNorm);

    /// <summary>The learning rate where none is set.</summary>
    private protected abstract double UsualRate { get; }

    /// <summary>The settings that not every optimizer has.</summary>
    private protected abstract IReadOnlyList<Setting<Optimizer>> OwnSettings { get; }

    /// <summary>
    /// Another optimizer in this one's place: clipping and schedule stay, and so does a learning rate that was set. Rates of
    /// different kinds mean different things, so that a default gives way to the other's.
    /// </summary>
    internal Optimizer ReplacedBy(Optimizer other)
    {
        if (ReferenceEquals(other, this)) return this;
        Optimizer replaced = other with
        {
            Schedule = Schedule,
            ClipNorm = ClipNorm,
            ClipValue = ClipValue,
            GlobalClipNorm = GlobalClipNorm,
        };
        return _givenRate is { } rate ? replaced with { LearningRate = rate } : replaced;
    }

    /// <summary>What can be used, but hardly as it was meant.</summary>
    internal virtual IEnumerable<string> Warnings() => [];

    /// <summary>Findings about settings out of range; empty when all is well.</summary>
    internal virtual IEnumerable<string> Findings()
    {
        if (!SinglePrecision.IsPositive(LearningRate)) yield return Finding("learning rate", "a number above 0", LearningRate);
        if (Schedule is null) yield return "schedule: expected a learning-rate schedule, got none; the constant one is LearningRateSchedule.Constant";
        if (ClipNorm is { } norm && !SinglePrecision.IsLimit(norm)) yield return Finding("clip norm", "a number above 0", norm);
        if (ClipValue is { } size && !SinglePrecision.IsLimit(size)) yield return Finding("clip value", "a number above 0", size);
        if (GlobalClipNorm is { } all && !SinglePrecision.IsLimit(all)) yield return Finding("global clip norm", "a number above 0", all);
        double?[] clips = [ClipNorm, ClipValue, GlobalClipNorm];
        if (clips.Count(clip => clip is not null) > 1) yield return "clipping: expected at most one of clip norm, clip value and global clip norm, got several";
    }

    private protected static IEnumerable<string> FractionFinding(string setting, double value)
    {
        if (!(value is >= 0 and < 1)) yield return Finding(setting, "at least 0 and below 1", value);
    }

    // One that is kept in single precision, e.g. a momentum.
    private protected static IEnumerable<string> SingleFractionFinding(string setting, double value)
    {
        if (!SinglePrecision.IsZeroOrPositive(value) || (float)value >= 1) yield return Finding(setting, "at least 0 and below 1", value);
    }

    private protected static IEnumerable<string> EpsilonFinding(double value)
    {
        if (!SinglePrecision.IsPositive(value)) yield return Finding("epsilon", "a number above 0", value);
    }

    private protected static string Finding(string setting, string expected, double value) =>
        $"{setting}: expected {expected}, got {SinglePrecision.Said(value)}";
}
