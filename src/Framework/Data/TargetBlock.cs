using System.Globalization;

namespace Research.Framework.Data;

/// <summary>
/// What one output of a model should yield, for every sample of a dataset. Arrays are row-major and never copied; they must
/// not be changed after construction. <see cref="Dataset.Validate()"/> checks sizes and values.
/// </summary>
/// <remarks>
/// Targets are either class indices (<see cref="Classes"/>, for categorical cross-entropy) or real values
/// (<see cref="Values"/>): exactly one of the two is given. For predicting alone both may be left out.
/// </remarks>
public sealed class TargetBlock
{
    // Read by two threads at once, they are made twice.
    private int[]? _classes;

    /// <summary>The output's name.</summary>
    /// <value>Default <c>output</c>; with several targets each needs a name of its own.</value>
    public string Name { get; init => field = Required.Value(value); } = "output";

    /// <summary>
    /// Time steps of the targets: 1 where each sample has one target (the model yields its last step), or the time steps of
    /// the model's output where every step has one.
    /// </summary>
    /// <value>Default 1.</value>
    public int TimeSteps { get; init; } = 1;

    /// <summary>Width of a target: the number of classes, or of real-valued outputs; at least 1.</summary>
    public required int Width { get; init; }

    /// <summary>Class indices in [0, <see cref="Width"/>), <c>[samples, time steps]</c>; anything where masked.</summary>
    /// <value>Default null: the targets are real values.</value>
    public int[]? Classes
    {
        get => _classes ??= ClassSource?.ToArray(TimeSteps);
        init => _classes = value;
    }

    /// <summary>Makes the class indices as they are read, where they are more than memory holds. <see cref="Classes"/> are then read, and kept, when they are first asked for.</summary>
    /// <value>Default null: the targets are <see cref="Classes"/> or <see cref="Values"/>.</value>
    public SampleSource<int>? ClassSource { get; init; }

    /// <summary>Copies a sample's classes, wherever they are.</summary>
    /// <param name="sample">From 0.</param>
    /// <param name="target"><c>[time steps]</c>.</param>
    /// <exception cref="ResearchException">There are no classes.</exception>
    public void CopyClassesTo(int sample, Span<int> target)
    {
        if (ClassSource is not null) ClassSource.CopyTo(sample, target[..TimeSteps]);
        else (_classes ?? throw new ResearchException($"Target '{Name}' has no classes.")).AsSpan(sample * TimeSteps, TimeSteps).CopyTo(target);
    }

    /// <summary>Whether there are classes, without reading them.</summary>
    public bool HasClasses => ClassSource is not null || _classes is not null;

    /// <summary>Real-valued targets, <c>[samples, time steps, width]</c>; finite but where masked.</summary>
    /// <value>Default null: the targets are classes.</value>
    public float[]? Values { get; init; }

    /// <summary>
    /// How much the loss of each row weighs in training, <c>[samples, time steps]</c>; finite, 0 or more. The loss is the sum
    /// of weight times loss, divided by the number of rows that count, not by the sum of the weights (as in Keras). Metrics do
    /// not weigh.
    /// </summary>
    /// <value>Default null: all weigh 1.</value>
    public float[]? Weights { get; init; }

    /// <summary>
    /// Which rows count, <c>[samples, time steps]</c>; where false, a row counts neither in the loss nor in metrics. What the
    /// model itself masks does not count either way.
    /// </summary>
    /// <value>Default null: every row that the model does not mask.</value>
    public bool[]? Mask { get; init; }

    /// <summary>A person's names of the classes, or of the real-valued outputs, <c>[width]</c>; results show them.</summary>
    /// <value>Default null: the text framing's symbols where there is one, else numbers.</value>
    public IReadOnlyList<string>? ClassNames { get; init => field = value is null ? null : Required.Each(value); }

    /// <summary>How <see cref="Values"/> and what the model yields for them go back to the user's units, in metrics and shown predictions.</summary>
    /// <value>Default null: they are in the user's units.</value>
    public TargetUnits? Units { get; init; }

    /// <summary>What rules that learn nothing forecast; a plan's <see cref="Metrics.MetricExtensions.OfBaseline"/> judges one of them.</summary>
    /// <value>Default empty.</value>
    public IReadOnlyList<Baseline> Baselines { get; init => field = Required.Each(value); } = [];

    /// <summary>What keeps a row from being learnt, if it counts; null for nothing. Classes of a source are looked at when they are read.</summary>
    /// <param name="row">From 0, over samples and time steps.</param>
    /// <param name="areProbabilities">Whether values outside of 0 to 1 are wrong.</param>
    internal string? RowFinding(int row, bool areProbabilities)
    {
        if (ClassSource is null && _classes is { } classes && (uint)classes[row] >= (uint)Width)
            return string.Create(CultureInfo.InvariantCulture, $"target classes: expected 0 to {Width - 1}, got {classes[row]}");
        if (Values is { } values)
        {
            foreach (float value in values.AsSpan(row * Width, Width))
            {
                if (!float.IsFinite(value)) return string.Create(CultureInfo.InvariantCulture, $"target values: expected finite values, got {value}");
                if (areProbabilities && value is (< 0 or > 1)) return string.Create(CultureInfo.InvariantCulture, $"target values: expected 0 to 1, got {value}");
            }
        }

        return Weights is { } weights && !(weights[row] >= 0 && float.IsFinite(weights[row]))
            ? string.Create(CultureInfo.InvariantCulture, $"target weights: expected finite numbers of 0 or more, got {weights[row]}")
            : null;
    }
}
