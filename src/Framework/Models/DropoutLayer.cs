namespace Research.Framework.Models;

/// <summary>
/// While training, zeroes a share of the features, drawn anew for each element and batch from the layer's own stream, and
/// scales the others by 1 / (1 - rate); otherwise passes its input on.
/// </summary>
/// <param name="Rate">The share of the features that is zeroed; in [0, 1), as is checked where the model's graph is made.</param>
public sealed record DropoutLayer(double Rate) : Layer
{
    /// <inheritdoc/>
    public override IReadOnlyList<Setting<Layer>> Settings =>
        [Setting.Number<Layer>("rate", Rate, value => this with { Rate = value }, atLeast: 0, below: 1)];

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Noise("", input, Rate);
    }
}
