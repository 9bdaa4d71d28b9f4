namespace Research.Framework.Managed.Execution;

/// <summary>One bound piece of a model: reads a flow, yields a flow, and passes gradients back.</summary>
internal abstract class Stage(Flow input)
{
    public Flow Input { get; } = input;

    public abstract Flow Output { get; }

    /// <summary>Whether another stage has already left its part of the input's gradient when this one runs backward.</summary>
    public bool AddsInputGradient { get; init; }

    /// <param name="training">Whether dropout applies.</param>
    /// <param name="zeroState">Whether every row starts from zero state.</param>
    public abstract void Forward(bool training, bool zeroState);

    /// <param name="zeroState">As in the forward pass.</param>
    public abstract void Backward(bool zeroState);
}
