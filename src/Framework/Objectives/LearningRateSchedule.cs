using System.Globalization;
using Research.Framework.Numerics;

namespace Research.Framework.Objectives;

/// <summary>
/// How the learning rate changes over training steps: a factor on <see cref="Optimizer.LearningRate"/>, a pure function of
/// the step. The same bits on every machine.
/// </summary>
public sealed class LearningRateSchedule : IEquatable<LearningRateSchedule>
{
    private readonly Func<long, double> _factor;

    private LearningRateSchedule(string name, Func<long, double> factor)
    {
        Name = name;
        _factor = factor;
    }

    /// <summary>The learning rate stays as it is.</summary>
    public static LearningRateSchedule Constant { get; } = new("constant", static _ => 1);

    /// <summary>The name in plans with all settings, e.g. <c>exponential(1000, 0.9)</c>.</summary>
    public string Name { get; }

    /// <summary>The factor on the learning rate.</summary>
    /// <param name="step">Updates made before this one: 0 for the first.</param>
    /// <exception cref="ResearchException">The factor is no number of 0 or more, such as a growing one that has become infinite.</exception>
    /// <exception cref="UserCodeException">A function of one's own threw; names the schedule.</exception>
    public double At(long step)
    {
        double factor;
        try
        {
            factor = _factor(step);
        }
        catch (Exception exception) when (UserCodeException.IsOwn(exception))
        {
            throw new UserCodeException($"Learning-rate schedule '{Name}'", exception);
        }

        return factor >= 0 && double.IsFinite(factor)
            ? factor
            : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Learning-rate schedule '{Name}': expected a factor of 0 or more, got {factor} after {step} updates."));
    }

    /// <summary>
    /// Piecewise constant: 1 up to and with step <c>boundaries[0]</c>, then <c>factors[0]</c> up to and with
    /// <c>boundaries[1]</c>, and so on (Keras' <c>PiecewiseConstantDecay</c>).
    /// </summary>
    /// <param name="boundaries">Steps in rising order; at least one.</param>
    /// <param name="factors">A factor of 0 or more after each boundary; as many as boundaries.</param>
    /// <exception cref="ResearchException">A setting is out of range.</exception>
    public static LearningRateSchedule Steps(IReadOnlyList<long> boundaries, IReadOnlyList<double> factors)
    {
        ArgumentNullException.ThrowIfNull(boundaries);
        ArgumentNullException.ThrowIfNull(factors);
        long[] starts = [.. boundaries];
        double[] values = [.. factors];
        if (starts.Length == 0 || starts.Length != values.Length)
            throw new ResearchException($"Step schedule: expected a factor after each of at least one boundary, got {starts.Length} boundaries and {values.Length} factors.");
        for (int i = 0; i < starts.Length; i++)
        {
            if (starts[i] < 0 || (i > 0 && starts[i] <= starts[i - 1]))
                throw new ResearchException($"Step schedule: expected boundaries in rising order from 0, got {string.Join(", ", starts)}.");
            if (!(values[i] >= 0) || !double.IsFinite(values[i])) throw Refused("Step", "factors of 0 or more", values[i]);
        }

        return new(Named($"steps({string.Join(", ", starts)}; {string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)))})"), step =>
        {
            double factor = 1;
            for (int i = 0; i < starts.Length && step > starts[i]; i++) factor = values[i];
            return factor;
        });
    }

    /// <summary>rate^(step / steps) (Keras' <c>ExponentialDecay</c>).</summary>
    /// <param name="steps">Steps in which the learning rate falls by <paramref name="rate"/>; at least 1.</param>
    /// <param name="rate">Above 0.</param>
    /// <param name="staircase">Whether it falls only once every <paramref name="steps"/> steps.</param>
    /// <exception cref="ResearchException">A setting is out of range.</exception>
    public static LearningRateSchedule Exponential(long steps, double rate, bool staircase = false)
    {
        Check("Exponential", steps);
        if (!(rate > 0) || !double.IsFinite(rate)) throw Refused("Exponential", "a rate above 0", rate);
        return new(Named($"exponential({steps}, {rate}{(staircase ? ", staircase" : "")})"), step => DoubleMath.Pow(rate, staircase ? step / steps : (double)step / steps));
    }

    /// <summary>1 / (1 + rate · step / steps) (Keras' <c>InverseTimeDecay</c>).</summary>
    /// <param name="steps">At least 1.</param>
    /// <param name="rate">0 or more.</param>
    /// <exception cref="ResearchException">A setting is out of range.</exception>
    public static LearningRateSchedule InverseTime(long steps, double rate)
    {
        Check("Inverse time", steps);
        if (!(rate >= 0) || !double.IsFinite(rate)) throw Refused("Inverse time", "a rate of 0 or more", rate);
        return new(Named($"inverse_time({steps}, {rate})"), step => 1 / (1 + rate * step / steps));
    }

    /// <summary>A straight line from 1 to a last factor, which stays (Keras' <c>PolynomialDecay</c> of power 1).</summary>
    /// <param name="steps">Steps until the last factor is reached; at least 1.</param>
    /// <param name="last">0 or more.</param>
    /// <exception cref="ResearchException">A setting is out of range.</exception>
    public static LearningRateSchedule Linear(long steps, double last = 0)
    {
        Check("Linear", steps);
        if (!(last >= 0) || !double.IsFinite(last)) throw Refused("Linear", "a last factor of 0 or more", last);
        return new(Named($"linear({steps}, {last})"), step => last + (1 - last) * (1 - (double)Math.Min(step, steps) / steps));
    }

    /// <summary>
    /// Half a cosine wave from 1 to a last factor, which stays (Keras' <c>CosineDecay</c>). Loshchilov and Hutter,
    /// <em>SGDR: stochastic gradient descent with warm restarts</em>, ICLR 2017.
    /// </summary>
    /// <param name="steps">Steps until the last factor is reached; at least 1.</param>
    /// <param name="last">0 or more.</param>
    /// <exception cref="ResearchException">A setting is out of range.</exception>
    public static LearningRateSchedule Cosine(long steps, double last = 0)
    {
        Check("Cosine", steps);
        if (!(last >= 0) || !double.IsFinite(last)) throw Refused("Cosine", "a last factor of 0 or more", last);
        return new(Named($"cosine({steps}, {last})"), step => last + (1 - last) * 0.5 * (1 + DoubleMath.CosPi((double)Math.Min(step, steps) / steps)));
    }

    /// <summary>A schedule of one's own.</summary>
    /// <param name="name">The name in plans with all settings: two schedules of one name must be the same function.</param>
    /// <param name="factor">From the step to the factor: a pure function, 0 or more, of operations that are the same on every machine.</param>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static LearningRateSchedule Of(string name, Func<long, double> factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        return string.IsNullOrWhiteSpace(name)
            ? throw new ResearchException("Learning-rate schedule: expected a name, e.g. 'sawtooth(100)', got an empty one.")
            : new(name, factor);
    }

    /// <summary>A straight line from 0 to this schedule's first factor, and then this schedule from its first step.</summary>
    /// <param name="steps">Steps until the line ends; at least 1.</param>
    /// <exception cref="ResearchException">A setting is out of range.</exception>
    public LearningRateSchedule AfterWarmUp(long steps)
    {
        Check("Warm-up", steps);
        return new(Named($"warm_up({steps}), {Name}"), step => step < steps ? At(0) * step / steps : At(step - steps));
    }

    /// <summary>Whether two schedules are the same function, which their names say.</summary>
    /// <param name="other">Another; null for none.</param>
    public bool Equals(LearningRateSchedule? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LearningRateSchedule);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static void Check(string schedule, long steps)
    {
        if (steps < 1) throw new ResearchException($"{schedule} schedule: expected at least 1 step, got {steps}.");
    }

    private static ResearchException Refused(string schedule, string expected, double value) =>
        new(Named($"{schedule} schedule: expected {expected}, got {value}."));

    private static string Named(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
