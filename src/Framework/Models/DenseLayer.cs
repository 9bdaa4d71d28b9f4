using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>activation(x·kernel + bias) at every time step: <c>[batch, time steps, features]</c> to <c>[batch, time steps, units]</c>.</summary>
/// <param name="Units">Width of the output; at least 1.</param>
public sealed record DenseLayer(int Units) : Layer
{
    /// <summary>Width of the output.</summary>
    /// <value>At least 1.</value>
    /// <exception cref="ResearchException">There is no unit.</exception>
    public int Units { get; init => field = Checked(value); } = Checked(Units);

    /// <summary>The function applied to the sum.</summary>
    /// <value>Default <see cref="Activation.Linear"/>.</value>
    public Activation Activation { get; init => field = Required.Value(value); } = Activation.Linear;

    /// <summary>Whether a bias is added.</summary>
    /// <value>Default true.</value>
    public bool UseBias { get; init; } = true;

    /// <inheritdoc/>
    public override IReadOnlyList<Setting<Layer>> Settings =>
    [
        Setting.Whole<Layer>("units", Units, value => this with { Units = value }, atLeast: 1),
        Setting.Choice<Layer, Activation>("activation", Activation, Activation.All, choice => choice.Name, value => this with { Activation = value }),
        Setting.Flag<Layer>("use_bias", UseBias, value => this with { UseBias = value }),
    ];

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Map("", input, (scope, x) =>
        {
            Expr sum = x.Dot(scope.Kernel("kernel", Units));
            if (UseBias) sum += scope.Bias("bias", Units);
            Expr output = Activation.Apply(sum);
            return output.Columns == Units ? output : throw new ShapeException($"Layer '{model.Path}': activation '{Activation.Name}' yields {output}: expected [batch, {Units}].");
        });
    }

    /// <summary>A copy with another activation.</summary>
    /// <param name="activation">The function applied to the sum.</param>
    public DenseLayer WithActivation(Activation activation) => this with { Activation = activation };

    private static int Checked(int units) =>
        units >= 1 ? units : throw new ResearchException($"Dense layer: expected at least 1 unit, got {units}.");
}
