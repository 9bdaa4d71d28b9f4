namespace Research.Framework.Equations;

/// <summary>
/// Everything a traced equation can contain. The first groups come from cells; the last ones only from
/// differentiation. Every operation acts on rows independently, except the two reductions over rows at the end of a
/// gradient, which are kept apart as weight gradients.
/// </summary>
internal enum Operation
{
    // Leaves.
    Input,
    State,
    Weight,
    Noise,
    OutputGradient,
    StateGradient,

    // Views.
    Slice,
    Concat,

    // Products with a weight matrix: x·W and x·Wᵀ.
    Dot,
    DotTransposed,

    // Two operands of equal width, or one a row vector.
    Add,
    Subtract,
    Multiply,
    Divide,

    // One operand and a scalar s: x + s, s - x, x * s, s / x.
    AddScalar,
    SubtractFromScalar,
    MultiplyScalar,
    DivideScalarBy,

    // One operand.
    Sigmoid,
    Tanh,
    Relu,
    HardSigmoid,
    HardSigmoidKeras2,
    Exp,
    Log,
    Sqrt,

    // Within a row, over its features.
    Softmax,
    SumFeatures,
    BroadcastFeatures,

    // Derivatives, written with the forward result y: operands (g, y).
    SigmoidGradient,
    TanhGradient,
    ReluGradient,
    HardSigmoidGradient,
    HardSigmoidKeras2Gradient,
    SoftmaxGradient,

    // A zero block, [batch, columns].
    Zero,

    // A cell's own kernel and its outputs.
    Fused,
    FusedOutput,
    FusedGradient,
    FusedInputGradient,
}
