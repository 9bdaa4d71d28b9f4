using Research.Framework;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>What a <see cref="ITorchCell"/> yields.</summary>
/// <param name="Output">The output of every step, <c>[time steps, batch, width]</c>.</param>
/// <param name="State">The state after the last step, in the cell's order, each <c>[batch, width]</c>.</param>
/// <exception cref="ResearchException">One of them is null.</exception>
public sealed record TorchScanResult(Tensor Output, IReadOnlyList<Tensor> State)
{
    /// <summary>The output of every step, <c>[time steps, batch, width]</c>.</summary>
    public Tensor Output { get; } = Output ?? throw new ResearchException("Output: expected a tensor, got null.");

    /// <summary>The state after the last step, in the cell's order, each <c>[batch, width]</c>.</summary>
    public IReadOnlyList<Tensor> State { get; } = State ?? throw new ResearchException("State: expected a list, got null.");
}
