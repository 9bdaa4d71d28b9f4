namespace Research.Framework.Managed.Execution;

/// <summary>One bound piece of a model: reads flows, yields a flow, and passes gradients back.</summary>
internal abstract class Stage
{
    public abstract BoundFlow Output { get; }

    /// <param name="training">Whether dropout applies.</param>
    /// <param name="zeroState">Whether every row starts from zero state.</param>
    public abstract void Forward(bool training, bool zeroState);

    /// <param name="zeroState">As in the forward pass.</param>
    public abstract void Backward(bool zeroState);
}
