namespace Research.Framework.Managed.Execution;

/// <summary>Whether a loss' gradient is taken with respect to what the output's last function reads, which is simpler and never vanishes.</summary>
internal enum LossShortcut
{
    None,

    /// <summary>Cross-entropy of a softmax.</summary>
    Softmax,

    /// <summary>Binary cross-entropy of a sigmoid.</summary>
    Sigmoid,
}
