using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// Equations on each step of one or more flows of equally many steps: a dense layer, a sum, a normalisation. A step counts
/// where it counts in every flow.
/// </summary>
public sealed class RowsNode : GraphNode
{
    internal RowsNode(string name, IReadOnlyList<GraphNode> inputs, StepEquations step)
        : base(name, inputs, inputs[0].Steps, step.Output.Columns) => Step = step;

    /// <inheritdoc/>
    public override string Primitive => "rows";

    /// <summary>The equations; they have no state.</summary>
    public StepEquations Step { get; }

    /// <summary>Whether it yields what it reads, as an output does that is put out under a second name: a loss goes past it as past a last step.</summary>
    public bool IsCopy => Inputs.Count == 1 && Step.Output.Operation == Operations.Input;

    /// <inheritdoc/>
    public override T Accept<T>(IGraphVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Rows(this);
    }

    internal override bool HasWeights => Step.Weights.Count > 0;
}
