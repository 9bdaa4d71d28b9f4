using Research.Framework.Engine;
using Research.Framework.Metrics;

namespace Research.Framework.Training;

/// <summary>
/// A learning rate that falls where validation has not got better for a while (Keras' <c>ReduceLROnPlateau</c>): sets
/// <see cref="ICompiledModel.LearningRateFactor"/>, which multiplies the optimizer's rate and schedule. Immutable.
/// </summary>
/// <remarks>Needs validation data. A figure that is NaN or infinite is never better.</remarks>
public sealed record ReduceOnPlateau
{
    /// <summary>Which figure of the validation data is watched; see <see cref="EarlyStopping.Metric"/>.</summary>
    /// <value>Default <c>loss</c>, the objective's own.</value>
    public string Metric { get; init => field = Required.Value(value); } = ObjectiveLoss.Name;

    /// <summary>What the learning rate is multiplied by.</summary>
    /// <value>Above 0 and below 1. Default 0.1.</value>
    public double Factor { get; init; } = 0.1;

    /// <summary>After how many epochs without a better figure the rate falls.</summary>
    /// <value>At least 1. Default 10.</value>
    public int Patience { get; init; } = 10;

    /// <summary>By how much a figure must be better than the best so far to count as better.</summary>
    /// <value>0 or more, finite. Default 0.0001, as in Keras.</value>
    public double MinimumDelta { get; init; } = 1e-4;

    /// <summary>For how many epochs after the rate fell none is counted.</summary>
    /// <value>0 or more. Default 0.</value>
    public int Cooldown { get; init; }

    /// <summary>Below what the factor on the learning rate does not fall.</summary>
    /// <value>At least 0 and below 1. Default 0.</value>
    public double MinimumFactor { get; init; }

    /// <summary>A copy that watches another figure.</summary>
    /// <param name="metric">A metric's name, or <c>loss</c>.</param>
    public ReduceOnPlateau WithMetric(string metric) => this with { Metric = metric };

    /// <summary>A copy that lets the rate fall by another factor.</summary>
    /// <param name="factor">Above 0 and below 1.</param>
    public ReduceOnPlateau WithFactor(double factor) => this with { Factor = factor };

    /// <summary>A copy of another patience.</summary>
    /// <param name="patience">At least 1.</param>
    public ReduceOnPlateau WithPatience(int patience) => this with { Patience = patience };

    /// <summary>A copy that asks for another gain.</summary>
    /// <param name="delta">0 or more.</param>
    public ReduceOnPlateau WithMinimumDelta(double delta) => this with { MinimumDelta = delta };

    /// <summary>A copy with another pause after the rate fell.</summary>
    /// <param name="cooldown">0 or more.</param>
    public ReduceOnPlateau WithCooldown(int cooldown) => this with { Cooldown = cooldown };

    /// <summary>A copy with another bound.</summary>
    /// <param name="factor">At least 0 and below 1.</param>
    public ReduceOnPlateau WithMinimumFactor(double factor) => this with { MinimumFactor = factor };

    /// <summary>Findings about settings out of range; empty when all is well.</summary>
    internal IEnumerable<string> Findings()
    {
        if (!SinglePrecision.IsPositive(Factor) || Factor >= 1) yield return Finding("factor", "above 0 and below 1", Factor);
        if (Patience < 1) yield return Finding("patience", "at least 1", Patience);
        if (!(MinimumDelta >= 0) || !double.IsFinite(MinimumDelta)) yield return Finding("minimum delta", "0 or more", MinimumDelta);
        if (Cooldown < 0) yield return Finding("cooldown", "0 or more", Cooldown);
        if (!(MinimumFactor is >= 0 and < 1)) yield return Finding("minimum factor", "at least 0 and below 1", MinimumFactor);
    }

    private static string Finding(string setting, string expected, double value) =>
        $"reduce on plateau: {setting}: expected {expected}, got {SinglePrecision.Said(value)}";
}
