namespace Research.Framework.Numerics;

/// <summary>What a tensor's numbers are. All are stored little-endian.</summary>
public enum TensorType
{
    /// <summary>32-bit floating point (<c>F32</c>).</summary>
    Float32,

    /// <summary>64-bit floating point (<c>F64</c>).</summary>
    Float64,

    /// <summary>64-bit signed whole numbers (<c>I64</c>).</summary>
    Int64,

    /// <summary>Bytes (<c>U8</c>).</summary>
    UInt8,
}
