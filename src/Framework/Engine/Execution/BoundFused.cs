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

    public void Forward(int step, int rows)
    {
        Span<nint> inputs = stackalloc nint[Inputs.Length], outputs = stackalloc nint[Outputs.Length];
        Resolve(Inputs, step, inputs);
        Resolve(Outputs, step, outputs);
        Kernel.Forward(rows, new FusedForward(inputs, outputs, Address(Saved, step)));
    }

    public void Backward(int step, int rows)
    {
        Span<nint> inputs = stackalloc nint[Inputs.Length], outputs = stackalloc nint[Outputs.Length];
        Span<nint> outputGradients = stackalloc nint[OutputGradients.Length], inputGradients = stackalloc nint[InputGradients.Length];
        Resolve(Inputs, step, inputs);
        Resolve(Outputs, step, outputs);
        Resolve(OutputGradients, step, outputGradients);
        Resolve(InputGradients, step, inputGradients);
        Kernel.Backward(rows, new FusedBackward(inputs, outputs, Address(Saved, step), outputGradients, inputGradients));
    }

    private static void Resolve(Operand[] operands, int step, Span<nint> addresses)
    {
        for (int i = 0; i < operands.Length; i++) addresses[i] = Address(operands[i], step);
    }

    private static unsafe nint Address(in Operand operand, int step) => (nint)operand.At(step);
}
