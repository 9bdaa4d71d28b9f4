namespace Research.Reference.Plain;

/// <summary>Keras' element-wise functions by their definitions.</summary>
internal static class PlainMath
{
    public static readonly string[] Activations = ["tanh", "sigmoid", "relu", "hard_sigmoid", "elu", "softplus", "softsign", "silu", "linear", "leaky_relu", "selu", "mish"];

    public static double Apply(string activation, double x) => activation switch
    {
        "tanh" => Math.Tanh(x),
        "sigmoid" => 1 / (1 + Math.Exp(-x)),
        "relu" => Math.Max(x, 0),
        "hard_sigmoid" => Math.Clamp(x + 3, 0, 6) / 6,
        "elu" => x > 0 ? x : Math.Exp(x) - 1,
        "selu" => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1)),
        "softplus" => Math.Log(1 + Math.Exp(x)),
        "softsign" => x / (1 + Math.Abs(x)),
        "silu" => x / (1 + Math.Exp(-x)),
        "linear" => x,
        "leaky_relu" => x > 0 ? x : 0.2 * x,
        "mish" => x * Math.Tanh(Math.Log(1 + Math.Exp(x))),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    public static double[] ApplyToRow(string activation, double[] x)
    {
        if (activation != "softmax") return Array.ConvertAll(x, value => Apply(activation, value));
        double[] powers = Array.ConvertAll(x, value => Math.Exp(value - x.Max()));
        return Array.ConvertAll(powers, value => value / powers.Sum());
    }

    /// <summary>Element <paramref name="column"/> of x·W.</summary>
    public static double Dot(double[] x, PlainWeight weight, int column)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += x[i] * weight.Values[i * weight.Shape[1] + column];
        return sum;
    }
}
