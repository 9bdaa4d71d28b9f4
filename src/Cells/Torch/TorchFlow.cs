using Research.Framework.Equations;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>What a node yields for a batch.</summary>
/// <param name="Values"><c>[time steps, rows, width]</c>.</param>
/// <param name="Mask">Which steps count, <c>[time steps, rows]</c>; null for all.</param>
internal sealed record TorchFlow(Tensor Values, Tensor? Mask)
{
    /// <summary>What the last function of the equations reads, where a loss goes past it; null elsewhere.</summary>
    public Tensor? Logits { get; init; }

    /// <summary>That function.</summary>
    public Operation? LastFunction { get; init; }

    public int Steps => (int)Values.shape[0];

    public int Rows => (int)Values.shape[1];

    public int Width => (int)Values.shape[2];
}
