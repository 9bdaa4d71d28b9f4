namespace Research.Framework.Models;

/// <summary>
/// While training, zeroes a share of the features, drawn anew for each element and batch from the layer's own stream, and
/// scales the others by 1 / (1 - rate); otherwise passes its input on.
/// </summary>
/// <param name="Rate">The share; in [0, 1).</param>
public sealed record DropoutLayer(double Rate) : Layer
{
    internal override string Kind => "dropout";
}
