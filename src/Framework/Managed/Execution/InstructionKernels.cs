using System.Runtime.CompilerServices;
using Research.Framework.Equations;
using Research.Framework.Managed.Kernels;
using Research.Framework.Managed.Planning;
using Research.Framework.Numerics;
using static Research.Framework.Managed.Kernels.ElementwiseOperations;
using Operation = Research.Framework.Managed.Kernels.ElementwiseOperations;

namespace Research.Framework.Managed.Execution;

/// <summary>The code behind each instruction that treats rows one by one: everything but products and hand-written kernels.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal static unsafe class InstructionKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Gives the instructions their code.</summary>
    /// <param name="instructions">A pass; products and hand-written kernels in it are left as they are.</param>
    public static void Link(BoundInstruction[] instructions)
    {
        foreach (ref BoundInstruction code in instructions.AsSpan())
        {
            if (code.Instruction is not (Instruction.Product or Instruction.ProductTransposed or Instruction.FusedForward or Instruction.FusedBackward))
                code.Kernel = Of(code.Argument, code.Instruction);
        }
    }

    /// <summary>The code of an instruction.</summary>
    /// <param name="argument">What yields its first argument on the way; null if that is at hand.</param>
    /// <param name="instruction">The instruction.</param>
    private static delegate*<ref BoundInstruction, int, int, int, void> Of(Instruction? argument, Instruction instruction) => (argument, instruction) switch
    {
        (null, Instruction.Copy) => &Unary<Copy>,
        (null, Instruction.AddScalar) => &Unary<AddScalar>,
        (null, Instruction.SubtractFromScalar) => &Unary<SubtractFromScalar>,
        (null, Instruction.MultiplyScalar) => &Unary<MultiplyScalar>,
        (null, Instruction.DivideScalarBy) => &Unary<DivideScalarBy>,
        (null, Instruction.Sigmoid) => &Unary<Sigmoid>,
        (null, Instruction.Tanh) => &Unary<Tanh>,
        (null, Instruction.Relu) => &Unary<Relu>,
        (null, Instruction.HardSigmoid) => &Unary<HardSigmoid>,
        (null, Instruction.HardSigmoidKeras2) => &Unary<HardSigmoidKeras2>,
        (null, Instruction.Exp) => &Unary<Exp>,
        (null, Instruction.Log) => &Unary<Log>,
        (null, Instruction.Sqrt) => &Unary<Sqrt>,
        (null, Instruction.Add) => &Binary<Add>,
        (null, Instruction.Subtract) => &Binary<Subtract>,
        (null, Instruction.Multiply) => &Binary<Multiply>,
        (null, Instruction.Divide) => &Binary<Divide>,
        (null, Instruction.SigmoidGradient) => &Binary<SigmoidGradient>,
        (null, Instruction.TanhGradient) => &Binary<TanhGradient>,
        (null, Instruction.ReluGradient) => &Binary<ReluGradient>,
        (null, Instruction.HardSigmoidGradient) => &Binary<HardSigmoidGradient>,
        (null, Instruction.HardSigmoidKeras2Gradient) => &Binary<HardSigmoidKeras2Gradient>,
        (null, Instruction.MultiplyAdd) => &Ternary<MultiplyAdd>,
        (Instruction.Add, Instruction.Sigmoid) => &Binary<UnaryOfBinary<Sigmoid, Add>>,
        (Instruction.Add, Instruction.Tanh) => &Binary<UnaryOfBinary<Tanh, Add>>,
        (Instruction.Add, Instruction.Relu) => &Binary<UnaryOfBinary<Relu, Add>>,
        (Instruction.Multiply, Instruction.Sigmoid) => &Binary<UnaryOfBinary<Sigmoid, Multiply>>,
        (Instruction.Multiply, Instruction.Tanh) => &Binary<UnaryOfBinary<Tanh, Multiply>>,
        (Instruction.Multiply, Instruction.Relu) => &Binary<UnaryOfBinary<Relu, Multiply>>,
        (Instruction.MultiplyAdd, Instruction.Sigmoid) => &Ternary<UnaryOfTernary<Sigmoid, MultiplyAdd>>,
        (Instruction.MultiplyAdd, Instruction.Tanh) => &Ternary<UnaryOfTernary<Tanh, MultiplyAdd>>,
        (Instruction.MultiplyAdd, Instruction.Relu) => &Ternary<UnaryOfTernary<Relu, MultiplyAdd>>,
        (Instruction.Multiply, Instruction.SigmoidGradient) => &Ternary<BinaryOfBinary<SigmoidGradient, Multiply>>,
        (Instruction.Multiply, Instruction.TanhGradient) => &Ternary<BinaryOfBinary<TanhGradient, Multiply>>,
        (Instruction.Multiply, Instruction.ReluGradient) => &Ternary<BinaryOfBinary<ReluGradient, Multiply>>,
        (null, Instruction.Softmax) => &Softmax,
        (null, Instruction.SoftmaxGradient) => &SoftmaxGradient,
        (null, Instruction.SumFeatures) => &SumFeatures,
        (null, Instruction.BroadcastFeatures) => &BroadcastFeatures,
        _ => throw new InvalidOperationException($"No code for {instruction} of {argument}."),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unary<TOperation>(ref BoundInstruction code, int step, int first, int rows)
        where TOperation : struct, IUnaryOperation =>
        ElementwiseKernels<TSimd, TVector>.Unary<TOperation>(
            code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, code.Scalar, rows, code.Columns);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Binary<TOperation>(ref BoundInstruction code, int step, int first, int rows)
        where TOperation : struct, IBinaryOperation =>
        ElementwiseKernels<TSimd, TVector>.Binary<TOperation>(
            code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, code.B.At(step, first), code.B.RowStride, rows, code.Columns);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Ternary<TOperation>(ref BoundInstruction code, int step, int first, int rows)
        where TOperation : struct, ITernaryOperation =>
        ElementwiseKernels<TSimd, TVector>.Ternary<TOperation>(
            code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, code.B.At(step, first), code.B.RowStride, code.C.At(step, first), code.C.RowStride, rows, code.Columns);

    private static void Softmax(ref BoundInstruction code, int step, int first, int rows) =>
        ElementwiseKernels<TSimd, TVector>.Softmax(code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, rows, code.Columns);

    private static void SoftmaxGradient(ref BoundInstruction code, int step, int first, int rows) =>
        ElementwiseKernels<TSimd, TVector>.SoftmaxGradient(
            code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, code.B.At(step, first), code.B.RowStride, rows, code.Columns);

    private static void SumFeatures(ref BoundInstruction code, int step, int first, int rows) =>
        ElementwiseKernels<TSimd, TVector>.SumFeatures(code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, rows, code.Columns);

    private static void BroadcastFeatures(ref BoundInstruction code, int step, int first, int rows) =>
        ElementwiseKernels<TSimd, TVector>.BroadcastFeatures(code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, rows, code.Columns);
}
