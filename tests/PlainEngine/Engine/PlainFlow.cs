using Research.Framework.Equations;

namespace Research.Plain.Engine;

/// <summary>What a node yields for a batch, and the loss' gradient of it, to which everyone who reads it adds.</summary>
/// <param name="values">For each time step <c>[rows, width]</c>.</param>
/// <param name="gradient">The same, zero at first; a flow that shows another's steps shares theirs.</param>
/// <param name="mask">For each time step, which rows count; null for all.</param>
internal sealed class PlainFlow(double[][,] values, double[][,] gradient, bool[][]? mask)
{
    public double[][,] Values { get; } = values;

    public double[][,] Gradient { get; } = gradient;

    public bool[][]? Mask { get; } = mask;

    /// <summary>What the last function of the equations reads, where a loss goes past it; null elsewhere.</summary>
    public PlainFlow? Logits { get; init; }

    /// <summary>That function, <see cref="Operations.Softmax"/> or <see cref="Operations.Sigmoid"/>.</summary>
    public Operation? LastFunction { get; init; }

    public int Steps => Values.Length;

    public int Rows => Values[0].GetLength(0);

    public int Width => Values[0].GetLength(1);

    /// <summary>A flow with a gradient of its own.</summary>
    public static PlainFlow Of(double[][,] values, bool[][]? mask) =>
        new(values, [.. values.Select(step => new double[step.GetLength(0), step.GetLength(1)])], mask);

    /// <summary>Some steps in some order, the same one several times if need be: values and gradients are this flow's.</summary>
    public PlainFlow Show(int[] steps, bool keepsMask) =>
        new([.. steps.Select(step => Values[step])], [.. steps.Select(step => Gradient[step])], keepsMask && Mask is not null ? [.. steps.Select(step => Mask[step])] : null)
        {
            Logits = Logits?.Show(steps, keepsMask: false),
            LastFunction = LastFunction,
        };

    public bool Counts(int step, int row) => Mask is null || Mask[step][row];
}
