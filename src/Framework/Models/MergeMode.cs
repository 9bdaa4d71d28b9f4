using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>How a bidirectional layer joins its two directions.</summary>
public enum MergeMode
{
    /// <summary>Side by side, forward first: twice as wide.</summary>
    Concat,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their element-wise product.</summary>
    Multiply,

    /// <summary>Their mean.</summary>
    Average,

    /// <summary>Not at all: both outputs, forward first. Laid out as <see cref="Concat"/>; no layer may follow.</summary>
    None,
}
