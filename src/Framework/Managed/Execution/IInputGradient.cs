namespace Research.Framework.Managed.Execution;

/// <summary>A model that can tell the gradient of its inputs, for checks.</summary>
internal interface IInputGradient
{
    /// <summary>The last training step's gradient with respect to its inputs, <c>[rows, time steps, features]</c>.</summary>
    float[] GetInputGradient();
}
