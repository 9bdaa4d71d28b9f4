namespace Research.Framework.Equations;

/// <summary>A named element-wise function, for cells and dense layers that let the caller choose.</summary>
/// <param name="name">The name in plans and messages, e.g. <c>tanh</c>.</param>
/// <param name="apply">The function over <c>[batch, n]</c>.</param>
/// <exception cref="ArgumentNullException">One of them is null.</exception>
public sealed class Activation(string name, Func<Expr, Expr> apply)
{
    private readonly Func<Expr, Expr> _apply = apply ?? throw new ArgumentNullException(nameof(apply));

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

    /// <summary>x above 0, 0.2 x below: Keras' slope. Its derivative at 0 is 0.2.</summary>
    public static Activation LeakyRelu { get; } = new("leaky_relu", value => Functions.Relu(value) + 0.2 * (value - Functions.Relu(value)));

    /// <summary>min(max(x, 0), 6).</summary>
    public static Activation Relu6 { get; } = new("relu6", value => 6 - Functions.Relu(6 - Functions.Relu(value)));

    /// <summary>x above 0, e^x - 1 below. Clevert, Unterthiner and Hochreiter, <em>Fast and accurate deep network learning by exponential linear units</em>, ICLR 2016.</summary>
    public static Activation Elu { get; } = new("elu", value => Above(value) + (Functions.Exp(-Functions.Relu(-value)) - 1));

    /// <summary>1.0507 x above 0, 1.7581 (e^x - 1) below; its derivative at 0 is 1.0507. Klambauer et al., <em>Self-normalizing neural networks</em>, NeurIPS 2017.</summary>
    public static Activation Selu { get; } = new("selu", value =>
        1.0507009873554805 * Above(value) + 1.0507009873554805 * 1.6732632423543772 * (Functions.Exp(-Functions.Relu(-value)) - 1));

    /// <summary>The same as <see cref="Elu"/> at Keras' alpha of 1.</summary>
    public static Activation Celu { get; } = new("celu", Elu.Apply);

    /// <summary>ln(1 + e^x).</summary>
    public static Activation Softplus { get; } = new("softplus", Functions.Softplus);

    /// <summary>x / (1 + |x|).</summary>
    public static Activation Softsign { get; } = new("softsign", value => value / (1 + Functions.Abs(value)));

    /// <summary>x σ(x), also called swish.</summary>
    public static Activation Silu { get; } = new("silu", value => value * Functions.Sigmoid(value));

    /// <summary>x Φ(x), with the normal distribution's Φ itself, not the approximation by a hyperbolic tangent.</summary>
    public static Activation Gelu { get; } = new("gelu", value => Functions.RoundedRelu(value) - Functions.Abs(value) * Functions.NormalTail(Functions.Abs(value)));

    /// <summary>e^x.</summary>
    public static Activation Exponential { get; } = new("exponential", Functions.Exp);

    /// <summary>x tanh(ln(1 + e^x)).</summary>
    public static Activation Mish { get; } = new("mish", value => value * Functions.Tanh(Functions.Softplus(value)));

    /// <summary>All ready-made activations, for look-up by name.</summary>
    public static IReadOnlyList<Activation> All { get; } =
    [
        Linear, Sigmoid, Tanh, Relu, HardSigmoid, HardSigmoidKeras2, Softmax,
        LeakyRelu, Relu6, Elu, Selu, Celu, Softplus, Softsign, Silu, Gelu, Exponential, Mish,
    ];

    // max(x, 0) with a derivative of 1 at 0, where Relu's is 0.
    private static Expr Above(Expr value) => value + Functions.Relu(-value);

    /// <summary>The name in plans and messages.</summary>
    public string Name { get; } = Required.Value(name);

    /// <summary>Applies the function.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    /// <exception cref="UserCodeException">The function threw; names the activation.</exception>
    public Expr Apply(Expr value) => UserCodeException.Guard($"Activation '{Name}'", () => _apply(value));

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
