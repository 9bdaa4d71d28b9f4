namespace Research.Framework.Equations;

/// <summary>A named element-wise function, for cells and dense layers that let the caller choose.</summary>
/// <param name="name">The name in plans and messages, e.g. <c>tanh</c>.</param>
/// <param name="apply">The function over <c>[batch, n]</c>.</param>
public sealed class Activation(string name, Func<Expr, Expr> apply)
{
    /// <summary>No change (Keras' <c>linear</c>).</summary>
    public static Activation Linear { get; } = new("linear", value => value);

    /// <summary>The logistic sigmoid.</summary>
    public static Activation Sigmoid { get; } = new("sigmoid", Functions.Sigmoid);

    /// <summary>The hyperbolic tangent.</summary>
    public static Activation Tanh { get; } = new("tanh", Functions.Tanh);

    /// <summary>max(x, 0).</summary>
    public static Activation Relu { get; } = new("relu", Functions.Relu);

    /// <summary>Keras 3's hard sigmoid, relu6(x + 3) / 6.</summary>
    public static Activation HardSigmoid { get; } = new("hard_sigmoid", Functions.HardSigmoid);

    /// <summary>Keras 2's hard sigmoid, clip(0.2 x + 0.5, 0, 1).</summary>
    public static Activation HardSigmoidKeras2 { get; } = new("hard_sigmoid_keras2", Functions.HardSigmoidKeras2);

    /// <summary>Softmax over the features of each row.</summary>
    public static Activation Softmax { get; } = new("softmax", Functions.Softmax);

    /// <summary>The name in plans and messages.</summary>
    public string Name { get; } = name;

    /// <summary>Applies the function.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public Expr Apply(Expr value) => apply(value);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
