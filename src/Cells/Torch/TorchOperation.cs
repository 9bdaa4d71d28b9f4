using Research.Framework;
using Research.Framework.Equations;
using TorchSharp;

namespace Research.Cells.Torch;

/// <summary>What an element-wise operation of a user's own is in torch.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Function">
/// From its operands, each <c>[rows, columns]</c> or <c>[1, columns]</c>, and the number beside them (0 where it takes none) to the result;
/// differentiable. Make numbers tensors (<c>torch.tensor(0.5f)</c>): TorchSharp may free one that an operator was given before torch has read it.
/// </param>
/// <exception cref="ResearchException">One of them is null.</exception>
public sealed record TorchOperation(ElementwiseOperation Operation, Func<IReadOnlyList<torch.Tensor>, float, torch.Tensor> Function)
{
    /// <summary>The operation.</summary>
    public ElementwiseOperation Operation { get; init => field = value ?? throw new ResearchException("Operation: expected a value, got null."); } = Operation ?? throw new ResearchException("Operation: expected a value, got null.");

    /// <summary>What it is in torch.</summary>
    public Func<IReadOnlyList<torch.Tensor>, float, torch.Tensor> Function { get; init => field = value ?? throw new ResearchException("Function: expected a value, got null."); } = Function ?? throw new ResearchException("Function: expected a value, got null.");
}
