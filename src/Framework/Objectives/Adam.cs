namespace Research.Framework.Objectives;

/// <summary>
/// Adam. Kingma and Ba, <em>Adam: a method for stochastic optimization</em>, ICLR 2015, in the form of its section 2's last
/// paragraph, which Keras uses; the update is written out at <see cref="AdaptiveMoments"/>.
/// </summary>
public sealed record Adam : AdaptiveMoments
{
    /// <inheritdoc/>
    public override string Name => "adam";
}
