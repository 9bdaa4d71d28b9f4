using Research.Framework.Equations;

namespace Research.Framework.Objectives;

/// <summary>A loss of one's own, as equations over output, target and weight; the engine differentiates them.</summary>
public sealed record FunctionLoss : Loss
{
    private readonly Func<Expr, Expr, Expr, Expr> _equations;

    /// <summary>Makes a loss.</summary>
    /// <param name="name">The name in plans: two losses of one name must be the same function.</param>
    /// <param name="equations">
    /// From output <c>[batch, width]</c>, target <c>[batch, width]</c> (classes as 0 and 1) and weight <c>[batch, 1]</c> (1 where the data
    /// give none) to each row's loss <c>[batch, 1]</c>, weight included, e.g. <c>(output, target, weight) => weight * Mean(Square(output - target))</c>.
    /// What is made small is its mean over the rows that count. Called whenever a model is compiled: a pure function.
    /// </param>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public FunctionLoss(string name, Func<Expr, Expr, Expr, Expr> equations)
        : base(Checked(name), LossKind.Function)
    {
        ArgumentNullException.ThrowIfNull(equations);
        _equations = equations;
    }

    /// <summary>The equations for an output of some width: three inputs, output, target and weight, and one number for each row.</summary>
    /// <param name="width">Width of output and target; at least 1.</param>
    /// <exception cref="ShapeException">Shapes do not fit, or the loss is not one number for each row.</exception>
    /// <exception cref="UserCodeException">The function threw; names the loss.</exception>
    public StepEquations Trace(int width)
    {
        string owner = $"Loss '{Name}'";
        StepEquations step = StepEquations.OfRows(owner, Name, [width, width, 1], (_, inputs) =>
            UserCodeException.Guard(owner, () => _equations(inputs[0], inputs[1], inputs[2])));
        if (step.Weights.Count > 0) throw new ShapeException($"{owner}: a loss has no weights of its own; put them into a layer.");
        return step.Output.Columns == 1
            ? step
            : throw new ShapeException($"{owner}: expected one number for each row, [batch, 1], got {step.Output}; take the Sum or the Mean over the features.");
    }

    /// <summary>Whether two losses are the same function, which their names say.</summary>
    /// <param name="other">Another; null for none.</param>
    public bool Equals(FunctionLoss? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static string Checked(string name) => string.IsNullOrWhiteSpace(name)
        ? throw new ResearchException("A loss of one's own needs a name, e.g. 'quantile(0.9)', got an empty one.")
        : name;
}
