using System.Globalization;
using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// A cell run over time, from the first step to the last: yields every step's output. A masked step holds the state and
/// repeats the output before it (zero before the first step that counts), or yields zero.
/// </summary>
public sealed class ScanNode : GraphNode
{
    internal ScanNode(string name, GraphNode input, StepEquations step, ScanOptions options, ScanNode? startsFrom)
        : base(name, [input], input.Steps, step.Output.Columns)
    {
        Step = step;
        ZeroOutputForMask = options.ZeroOutputForMask;
        InputDropout = options.Dropout;
        StateDropout = options.RecurrentDropout;
        StartsFrom = startsFrom;
    }

    /// <inheritdoc/>
    public override string Primitive => "scan";

    /// <summary>One time step, as the cell's equations.</summary>
    public StepEquations Step { get; }

    /// <summary>Whether a masked step yields zeros instead of repeating the output before it.</summary>
    public bool ZeroOutputForMask { get; }

    /// <summary>The share of input features dropped while training, one draw for all steps of a batch; in [0, 1).</summary>
    public double InputDropout { get; }

    /// <summary>The share of the first state slot dropped where a step reads it, one draw for all steps of a batch; in [0, 1).</summary>
    public double StateDropout { get; }

    /// <summary>The stream of <see cref="InputDropout"/>.</summary>
    public string InputStream => "dropout/" + Name;

    /// <summary>The stream of <see cref="StateDropout"/>.</summary>
    public string StateStream => "dropout/" + Name + "/recurrent";

    /// <summary>The scan whose final state starts this one; null where the state policy decides.</summary>
    public ScanNode? StartsFrom { get; }

    /// <inheritdoc/>
    public override T Accept<T>(IGraphVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Scan(this);
    }

    internal override bool HasWeights => Step.Weights.Count > 0 || StartsFrom is { DependsOnWeights: true };

    private protected override string Details =>
        string.Create(CultureInfo.InvariantCulture, $", state {string.Join(", ", Step.Slots.Select(slot => $"{slot.Name}[{slot.Width}]"))}")
        + (StartsFrom is null ? "" : $" from {StartsFrom.Name}")
        + (ZeroOutputForMask ? ", zero where masked" : "")
        + (InputDropout > 0 ? string.Create(CultureInfo.InvariantCulture, $", dropout {InputDropout}") : "")
        + (StateDropout > 0 ? string.Create(CultureInfo.InvariantCulture, $", recurrent dropout {StateDropout}") : "");
}
