using System.Runtime.InteropServices;
using Research.Framework;
using Research.Framework.Equations;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>What the operations of equations are in torch.</summary>
internal sealed class TorchOperations
{
    private readonly Dictionary<ElementwiseOperation, Func<IReadOnlyList<Tensor>, float, Tensor>> _functions = new()
    {
        [Operations.Add] = (x, _) => x[0].Plus(x[1]),
        [Operations.Subtract] = (x, _) => x[0].Minus(x[1]),
        [Operations.Multiply] = (x, _) => x[0] * x[1],
        [Operations.Divide] = (x, _) => x[0] / x[1],
        [Operations.AddScalar] = (x, s) => x[0].Plus(s),
        [Operations.SubtractFromScalar] = (x, s) => x[0].TakenFrom(s),
        [Operations.MultiplyScalar] = (x, s) => x[0].Times(s),
        [Operations.DivideScalarBy] = (x, s) => x[0].Dividing(s),
        [Operations.Sigmoid] = (x, _) => x[0].sigmoid(),
        [Operations.Tanh] = (x, _) => x[0].tanh(),
        [Operations.Relu] = (x, _) => x[0].relu(),
        [Operations.HardSigmoid] = (x, _) => nn.functional.hardsigmoid(x[0]),
        [Operations.HardSigmoidKeras2] = (x, _) => Clipped(x[0].Times(0.2).Plus(0.5)),
        [Operations.Exp] = (x, _) => x[0].exp(),
        [Operations.Log] = (x, _) => x[0].log(),
        [Operations.Sqrt] = (x, _) => x[0].sqrt(),
    };

    public TorchOperations(IEnumerable<TorchOperation> own)
    {
        foreach (TorchOperation operation in own) _functions[operation.Operation] = (operands, scalar) => Guarded(operation, operands, scalar);
    }

    public bool Knows(ElementwiseOperation operation) => _functions.ContainsKey(operation);

    public Tensor Apply(ElementwiseOperation operation, IReadOnlyList<Tensor> operands, float scalar) => _functions[operation](operands, scalar);

    private static Tensor Guarded(TorchOperation operation, IReadOnlyList<Tensor> operands, float scalar)
    {
        string owner = $"Operation '{operation.Operation.Name}', on torch";
        try
        {
            return operation.Function(operands, scalar) ?? throw new ResearchException($"{owner}: expected a tensor, got null.");
        }
        catch (ExternalException exception)
        {
            throw new ResearchException($"{owner}: {TorchModel.Message(exception)}", exception);
        }
        catch (Exception exception) when (exception is not (ResearchException or OperationCanceledException))
        {
            throw new UserCodeException(owner, exception);
        }
    }

    // Torch's own gradient does not end until beyond the bounds.
    private static Tensor Clipped(Tensor x) => where(x.IsAbove(0).logical_and(x.IsBelow(1)), x, x.detach().Clamped(0, 1));
}
