using Research.Framework.Equations;

namespace Research.Framework.Engine.Execution;

/// <summary>A fused kernel's call with addresses.</summary>
internal sealed class BoundFused
{
    public required IFusedKernel Kernel { get; init; }

    public required Operand[] Inputs { get; init; }

    public required Operand[] Outputs { get; init; }

    public required Operand Saved { get; init; }

    public required Operand[] OutputGradients { get; init; }

    public required Operand[] InputGradients { get; init; }

    public void Forward(int step, int first, int rows)
    {
        Span<nint> inputs = stackalloc nint[Inputs.Length], outputs = stackalloc nint[Outputs.Length];
        Resolve(Inputs, step, first, inputs);
        Resolve(Outputs, step, first, outputs);
        Kernel.Forward(rows, new FusedForward(inputs, outputs, Address(Saved, step, first)));
    }

    public void Backward(int step, int first, int rows)
    {
        Span<nint> inputs = stackalloc nint[Inputs.Length], outputs = stackalloc nint[Outputs.Length];
        Span<nint> outputGradients = stackalloc nint[OutputGradients.Length], inputGradients = stackalloc nint[InputGradients.Length];
        Resolve(Inputs, step, first, inputs);
        Resolve(Outputs, step, first, outputs);
        Resolve(OutputGradients, step, first, outputGradients);
        Resolve(InputGradients, step, first, inputGradients);
        Kernel.Backward(rows, new FusedBackward(inputs, outputs, Address(Saved, step, first), outputGradients, inputGradients));
    }

    private static void Resolve(Operand[] operands, int step, int first, Span<nint> addresses)
    {
        for (int i = 0; i < operands.Length; i++) addresses[i] = Address(operands[i], step, first);
    }

    private static unsafe nint Address(in Operand operand, int step, int first) => (nint)operand.At(step, first);
}
