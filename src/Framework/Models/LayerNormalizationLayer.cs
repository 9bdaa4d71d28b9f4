using Research.Framework.Equations;
using static Research.Framework.Equations.Functions;

namespace Research.Framework.Models;

/// <summary>
/// γ (x - mean) / √(variance + ε) + β over the features of each step, with the variance divided by their number. Weights
/// <c>gamma</c> (ones) and <c>beta</c> (zeros), as in Keras. Ba, Kiros and Hinton, <em>Layer normalization</em>, 2016.
/// </summary>
public sealed record LayerNormalizationLayer : Layer
{
    /// <summary>ε.</summary>
    /// <value>Above 0. Default 0.001, as in Keras.</value>
    /// <exception cref="ResearchException">It is out of range.</exception>
    public double Epsilon { get; init => field = Checked(value); } = 0.001;

    /// <inheritdoc/>
    public override IReadOnlyList<Setting<Layer>> Settings =>
        [Setting.Number<Layer>("epsilon", Epsilon, value => this with { Epsilon = value }, above: 0)];

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Map("", input, (scope, x) =>
        {
            Expr centred = x - Mean(x);
            Expr normal = centred / Sqrt(Mean(Square(centred)) + Epsilon);
            return normal * scope.Bias("gamma", x.Columns, Initializers.Ones) + scope.Bias("beta", x.Columns);
        });
    }

    private static double Checked(double epsilon) => SinglePrecision.IsPositive(epsilon)
        ? epsilon
        : throw new ResearchException($"Layer normalization: expected an epsilon above 0, got {SinglePrecision.Said(epsilon)}.");
}
