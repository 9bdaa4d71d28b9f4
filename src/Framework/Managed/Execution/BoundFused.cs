using Research.Framework.Equations;

namespace Research.Framework.Managed.Execution;

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
        Span<FusedBlock> inputs = stackalloc FusedBlock[Inputs.Length], outputs = stackalloc FusedBlock[Outputs.Length];
        Resolve(Inputs, step, first, rows, inputs);
        Resolve(Outputs, step, first, rows, outputs);
        Kernel.Forward(rows, new FusedForward(inputs, outputs, Block(Saved, step, first, rows)));
    }

    public void Backward(int step, int first, int rows)
    {
        Span<FusedBlock> inputs = stackalloc FusedBlock[Inputs.Length], outputs = stackalloc FusedBlock[Outputs.Length];
        Span<FusedBlock> outputGradients = stackalloc FusedBlock[OutputGradients.Length], inputGradients = stackalloc FusedBlock[InputGradients.Length];
        Resolve(Inputs, step, first, rows, inputs);
        Resolve(Outputs, step, first, rows, outputs);
        Resolve(OutputGradients, step, first, rows, outputGradients);
        Resolve(InputGradients, step, first, rows, inputGradients);
        Kernel.Backward(rows, new FusedBackward(inputs, outputs, Block(Saved, step, first, rows), outputGradients, inputGradients));
    }

    private static void Resolve(Operand[] operands, int step, int first, int rows, Span<FusedBlock> blocks)
    {
        for (int i = 0; i < operands.Length; i++) blocks[i] = Block(operands[i], step, first, rows);
    }

    // A fused kernel's blocks have no gaps between rows: the stride is the width.
    private static unsafe FusedBlock Block(in Operand operand, int step, int first, int rows) =>
        new(operand.At(step, first), checked(rows * (int)operand.RowStride));
}
