using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>What an interpreted instruction does.</summary>
internal enum Instruction
{
    Copy,
    Add,
    Subtract,
    Multiply,
    Divide,
    MultiplyAdd,
    AddScalar,
    SubtractFromScalar,
    MultiplyScalar,
    DivideScalarBy,
    Sigmoid,
    Tanh,
    Relu,
    HardSigmoid,
    HardSigmoidKeras2,
    Exp,
    Log,
    Sqrt,
    Softmax,
    SumFeatures,
    BroadcastFeatures,
    SigmoidGradient,
    TanhGradient,
    ReluGradient,
    HardSigmoidGradient,
    HardSigmoidKeras2Gradient,
    SoftmaxGradient,

    /// <summary>C + A·B, with C optional.</summary>
    Product,

    /// <summary>C + A·Bᵀ, with C optional.</summary>
    ProductTransposed,

    FusedForward,
    FusedBackward,
}
