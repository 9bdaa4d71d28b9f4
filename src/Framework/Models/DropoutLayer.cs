using System.Globalization;

namespace Research.Framework.Models;

/// <summary>
/// While training, zeroes a share of the features, drawn anew for each element and batch from the layer's own stream, and
/// scales the others by 1 / (1 - rate); otherwise passes its input on.
/// </summary>
/// <param name="Rate">The share; in [0, 1).</param>
public sealed record DropoutLayer(double Rate) : Layer
{
    /// <summary>The share of the features that is zeroed.</summary>
    /// <value>In [0, 1).</value>
    /// <exception cref="ResearchException">The share is out of range.</exception>
    public double Rate { get; init => field = Checked(value); } = Checked(Rate);

    /// <inheritdoc/>
    public override IReadOnlyList<Setting<Layer>> Settings =>
        [Setting.Number<Layer>("rate", Rate, value => this with { Rate = value }, atLeast: 0, below: 1)];

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Noise("", input, Rate);
    }

    private static double Checked(double rate) => rate is >= 0 and < 1
        ? rate
        : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Dropout: expected a rate of at least 0 and below 1, got {rate}."));
}
