namespace Research.Framework.Models;

/// <summary>How flows are joined: by <see cref="ModelScope.Merge"/>, and the two directions of a bidirectional layer.</summary>
public enum MergeMode
{
    /// <summary>Side by side, in order (forward first): as wide as all together.</summary>
    Concat,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their element-wise product.</summary>
    Multiply,

    /// <summary>Their mean.</summary>
    Average,

    /// <summary>Not at all: all outputs, in order. Laid out as <see cref="Concat"/>; no layer may follow.</summary>
    None,
}
