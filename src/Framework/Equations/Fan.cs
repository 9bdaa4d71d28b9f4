namespace Research.Framework.Equations;

/// <summary>What a weight's variance is divided by.</summary>
internal enum Fan
{
    /// <summary>Its rows.</summary>
    In,

    /// <summary>The mean of its rows and columns.</summary>
    Average,
}
