using System.Globalization;
using Research.Framework.Metrics;

namespace Research.Framework.Training;

/// <summary>When a training ends before its last epoch: where validation has not got better for a while. Immutable.</summary>
/// <remarks>Needs validation data. A figure that is NaN or infinite is never better.</remarks>
public sealed record EarlyStopping
{
    /// <summary>
    /// Which figure of the validation data is watched: a metric's name, e.g. <c>accuracy</c>, or <c>loss</c>; with several outputs
    /// also <c>answer/loss</c>. Whether larger is better, the metric says: <see cref="IMetric.LargerIsBetter"/>.
    /// </summary>
    /// <value>Default <c>loss</c>, the objective's own.</value>
    public string Metric { get; init => field = Required.Value(value); } = ObjectiveLoss.Name;

    /// <summary>After how many epochs without a better figure the training ends.</summary>
    /// <value>At least 1. Default 10.</value>
    public int Patience { get; init; } = 10;

    /// <summary>By how much a figure must be better than the best so far to count as better.</summary>
    /// <value>0 or more, finite. Default 0.</value>
    public double MinimumDelta { get; init; }

    /// <summary>Whether the model ends, early or with the last epoch, with the weights it had after its best epoch. Where the training fails or is
    /// cancelled it keeps the last ones; a checkpoint then has both.</summary>
    /// <value>Default false, as in Keras: it keeps those of the last epoch.</value>
    public bool RestoreBest { get; init; }

    /// <summary>A copy that watches another figure.</summary>
    /// <param name="metric">A metric's name, or <c>loss</c>.</param>
    public EarlyStopping WithMetric(string metric) => this with { Metric = metric };

    /// <summary>A copy of another patience.</summary>
    /// <param name="patience">At least 1.</param>
    public EarlyStopping WithPatience(int patience) => this with { Patience = patience };

    /// <summary>A copy that asks for another gain.</summary>
    /// <param name="delta">0 or more.</param>
    public EarlyStopping WithMinimumDelta(double delta) => this with { MinimumDelta = delta };

    /// <summary>A copy that brings the best weights back, or does not.</summary>
    /// <param name="restore">Whether it does.</param>
    public EarlyStopping WithRestoreBest(bool restore) => this with { RestoreBest = restore };

    /// <summary>Findings about settings out of range; empty when all is well.</summary>
    internal IEnumerable<string> Findings()
    {
        if (Patience < 1) yield return $"early stopping: patience: expected at least 1, got {Patience}";
        if (!(MinimumDelta >= 0) || !double.IsFinite(MinimumDelta)) yield return string.Create(CultureInfo.InvariantCulture, $"early stopping: minimum delta: expected 0 or more, got {MinimumDelta}");
    }
}
