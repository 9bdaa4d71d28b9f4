using Research.Framework.Equations;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>Reads a step's equations as tensors: torch takes note of them and differentiates.</summary>
/// <param name="operations">What operations are.</param>
/// <param name="weights">The weights by name, each <c>[rows, columns]</c>.</param>
/// <param name="rows">Rows of a block.</param>
internal sealed class TorchStep(TorchOperations operations, IReadOnlyDictionary<string, Tensor> weights, int rows) : IStepOperations<Tensor>
{
    public Tensor Weight(WeightView view)
    {
        Tensor whole = weights[view.Weight.Name];
        return view.IsWhole ? whole : whole.narrow(0, view.FirstRow, view.Rows).narrow(1, view.FirstColumn, view.Columns);
    }

    public Tensor Repeat(Tensor row) => row.expand(rows, row.shape[1]);

    // A product whose shapes do not fit, of torch's more general kind, ends the process; of this kind it is refused.
    public Tensor Dot(Tensor block, Tensor matrix) => block.mm(matrix);

    public Tensor Elementwise(ElementwiseOperation operation, IReadOnlyList<Tensor> operands, float scalar) => operations.Apply(operation, operands, scalar);

    public Tensor Softmax(Tensor block) => block.softmax(1);

    public Tensor Sum(Tensor block) => block.sum(1, keepdim: true);

    public Tensor Broadcast(Tensor column, int columns) => column.expand(column.shape[0], columns);

    public Tensor Slice(Tensor block, int start, int columns) => block.narrow(1, start, columns);

    public Tensor Concat(IReadOnlyList<Tensor> blocks) => cat([.. blocks], 1);
}
