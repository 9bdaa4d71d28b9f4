using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>activation(x·kernel + bias) at every time step: <c>[batch, time steps, features]</c> to <c>[batch, time steps, units]</c>.</summary>
/// <param name="Units">Width of the output; at least 1.</param>
public sealed record DenseLayer(int Units) : Layer
{
    /// <summary>The function applied to the sum.</summary>
    /// <value>Default <see cref="Activation.Linear"/>.</value>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <summary>Whether a bias is added.</summary>
    /// <value>Default true.</value>
    public bool UseBias { get; init; } = true;

    internal override string Kind => "dense";
}
