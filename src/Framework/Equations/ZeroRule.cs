namespace Research.Framework.Equations;

/// <summary>When a value is zero where every row starts from zero state.</summary>
internal enum ZeroRule
{
    /// <summary>It may be anything.</summary>
    Never,

    /// <summary>It is zero.</summary>
    Always,

    /// <summary>Zero where all operands are.</summary>
    All,

    /// <summary>Zero where one operand is.</summary>
    Any,
}
