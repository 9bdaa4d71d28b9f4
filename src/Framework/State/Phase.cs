namespace Research.Framework.State;

/// <summary>What the model is doing while a state policy is asked.</summary>
public enum Phase
{
    /// <summary>Weights are being trained.</summary>
    Train,

    /// <summary>Predictions are compared with targets.</summary>
    Evaluate,

    /// <summary>The model's own predictions are fed back as its next input.</summary>
    Generate,
}
