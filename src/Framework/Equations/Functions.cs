namespace Research.Framework.Equations;

/// <summary>The functions a cell's equations may use; bring them in with <c>using static</c>. All act element by element unless said otherwise.</summary>
public static class Functions
{
    /// <summary>The logistic sigmoid, 1 / (1 + e^-x).</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr Sigmoid(Expr value) => Operations.Sigmoid.Of(value);

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr Tanh(Expr value) => Operations.Tanh.Of(value);

    /// <summary>max(x, 0); its derivative at 0 is 0.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr Relu(Expr value) => Operations.Relu.Of(value);

    /// <summary>Keras 3's hard sigmoid, relu6(x + 3) / 6.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr HardSigmoid(Expr value) => Operations.HardSigmoid.Of(value);

    /// <summary>Keras 2's hard sigmoid, clip(0.2 x + 0.5, 0, 1): the default recurrent activation up to Keras 2.2.5.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr HardSigmoidKeras2(Expr value) => Operations.HardSigmoidKeras2.Of(value);

    /// <summary>e^x.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr Exp(Expr value) => Operations.Exp.Of(value);

    /// <summary>The natural logarithm; -infinity at 0, NaN below.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr Log(Expr value) => Operations.Log.Of(value);

    /// <summary>The square root; NaN below 0.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr Sqrt(Expr value) => Operations.Sqrt.Of(value);

    /// <summary>x * x.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr Square(Expr value) => value * value;

    /// <summary>|x|; its derivative at 0 is 0.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr Abs(Expr value) => Relu(value) + Relu(-value);

    /// <summary>ln(1 + e^x), written so that no x overflows.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape.</param>
    public static Expr Softplus(Expr value) => RoundedRelu(value) + Log(1 + Exp(-Abs(value)));

    // max(x, 0) with a derivative of ½ at 0, as functions have there that round its corner off.
    internal static Expr RoundedRelu(Expr value) => 0.5 * value + 0.5 * Abs(value);

    /// <summary>e^x over the sum of e^x within each row.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result has the same shape and rows that sum to 1.</param>
    public static Expr Softmax(Expr value) => Row(Operations.Softmax, value, columns: null);

    /// <summary>The sum of each row's features.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result is a column <c>[batch, 1]</c>.</param>
    public static Expr Sum(Expr value) => Row(Operations.Sum, value, columns: 1);

    /// <summary>The mean of each row's features.</summary>
    /// <param name="value"><c>[batch, n]</c>; the result is a column <c>[batch, 1]</c>.</param>
    public static Expr Mean(Expr value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Sum(value) * (1.0 / value.Columns);
    }

    /// <summary>
    /// The normal distribution's upper tail 1 - Φ(x) for x of 0 or more, within 1e-7: formula 7.1.26 of Abramowitz and
    /// Stegun, <em>Handbook of mathematical functions</em>, 1964.
    /// </summary>
    internal static Expr NormalTail(Expr value)
    {
        Expr t = 1 / (1 + 0.3275911 * Math.Sqrt(0.5) * value);
        Expr polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + 1.061405429 * t))));
        return 0.5 * polynomial * Exp(-0.5 * Square(value));
    }

    /// <summary>Blocks side by side: <c>[batch, n1]</c>, <c>[batch, n2]</c>, … become <c>[batch, n1 + n2 + …]</c>.</summary>
    /// <param name="values">At least one block.</param>
    public static Expr Concat(params Expr[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0) throw new ShapeException("Concat: expected at least one block, got none.");
        foreach (Expr value in values)
        {
            if (value.IsWeight) throw value.Trace.Error(nameof(Concat), value, null, "only blocks of rows can be put side by side, not weights");
            if (!ReferenceEquals(value.Trace, values[0].Trace)) throw value.Trace.Error(nameof(Concat), values[0], value, "the blocks come from different cells");
        }

        return values.Length == 1
            ? values[0]
            : new Expr(values[0].Trace, Operations.Concat, Expr.Batch, values.Sum(value => value.Columns), [.. values]);
    }

    private static Expr Row(Operation operation, Expr value, int? columns)
    {
        ArgumentNullException.ThrowIfNull(value);
        value.RequireVectorOrBlock(operation.Name);
        return new Expr(value.Trace, operation, Expr.Batch, columns ?? value.Columns, [value]);
    }
}
