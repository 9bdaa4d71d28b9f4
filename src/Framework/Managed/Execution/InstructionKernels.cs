using System.Runtime.CompilerServices;
using Research.Framework.Equations;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;
using static Research.Framework.Managed.Kernels.CombinedKernels;

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
            if (code.Kind == InstructionKind.Rowwise) code.Kernel = (delegate*<ref BoundInstruction, int, int, int, void>)Of(code.Operation, code.Argument);
        }
    }

    private static nint Of(Operation operation, Operation? argument) => operation.Link(argument is null ? new Alone() : new WithArgument(argument));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unary<TKernel>(ref BoundInstruction code, int step, int first, int rows)
        where TKernel : struct, IUnaryKernel =>
        ElementwiseKernels<TSimd, TVector>.Unary<TKernel>(
            code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, code.Scalar, rows, code.Columns);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Binary<TKernel>(ref BoundInstruction code, int step, int first, int rows)
        where TKernel : struct, IBinaryKernel =>
        ElementwiseKernels<TSimd, TVector>.Binary<TKernel>(
            code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, code.B.At(step, first), code.B.RowStride, rows, code.Columns);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Ternary<TKernel>(ref BoundInstruction code, int step, int first, int rows)
        where TKernel : struct, ITernaryKernel =>
        ElementwiseKernels<TSimd, TVector>.Ternary<TKernel>(
            code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, code.B.At(step, first), code.B.RowStride, code.C.At(step, first), code.C.RowStride, rows, code.Columns);

    private static void Softmax(ref BoundInstruction code, int step, int first, int rows) =>
        ElementwiseKernels<TSimd, TVector>.Softmax(code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, rows, code.Columns);

    private static void SoftmaxGradient(ref BoundInstruction code, int step, int first, int rows) =>
        ElementwiseKernels<TSimd, TVector>.SoftmaxGradient(
            code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, code.B.At(step, first), code.B.RowStride, rows, code.Columns);

    private static void Sum(ref BoundInstruction code, int step, int first, int rows) =>
        ElementwiseKernels<TSimd, TVector>.SumFeatures(code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, rows, code.Columns);

    private static void Broadcast(ref BoundInstruction code, int step, int first, int rows) =>
        ElementwiseKernels<TSimd, TVector>.BroadcastFeatures(code.Destination.At(step, first), code.Destination.RowStride, code.A.At(step, first), code.A.RowStride, rows, code.Columns);

    /// <summary>Makes code of no kernel: what others start from.</summary>
    private abstract class Linker : IKernelLinker
    {
        public virtual nint Unary<TKernel>()
            where TKernel : struct, IUnaryKernel => throw None(typeof(TKernel).Name);

        public virtual nint Binary<TKernel>()
            where TKernel : struct, IBinaryKernel => throw None(typeof(TKernel).Name);

        public virtual nint Ternary<TKernel>()
            where TKernel : struct, ITernaryKernel => throw None(typeof(TKernel).Name);

        public virtual nint Softmax() => throw None(nameof(Softmax));

        public virtual nint SoftmaxGradient() => throw None(nameof(SoftmaxGradient));

        public virtual nint Sum() => throw None(nameof(Sum));

        public virtual nint Broadcast() => throw None(nameof(Broadcast));

        private InvalidOperationException None(string kernel) => new($"{GetType().Name} makes no code of the kernel {kernel}.");
    }

    /// <summary>Code of a kernel whose operands are at hand.</summary>
    private sealed class Alone : Linker
    {
        public override nint Unary<TKernel>() => (nint)(delegate*<ref BoundInstruction, int, int, int, void>)&InstructionKernels<TSimd, TVector>.Unary<TKernel>;

        public override nint Binary<TKernel>() => (nint)(delegate*<ref BoundInstruction, int, int, int, void>)&InstructionKernels<TSimd, TVector>.Binary<TKernel>;

        public override nint Ternary<TKernel>() => (nint)(delegate*<ref BoundInstruction, int, int, int, void>)&InstructionKernels<TSimd, TVector>.Ternary<TKernel>;

        public override nint Softmax() => (nint)(delegate*<ref BoundInstruction, int, int, int, void>)&InstructionKernels<TSimd, TVector>.Softmax;

        public override nint SoftmaxGradient() => (nint)(delegate*<ref BoundInstruction, int, int, int, void>)&InstructionKernels<TSimd, TVector>.SoftmaxGradient;

        public override nint Sum() => (nint)(delegate*<ref BoundInstruction, int, int, int, void>)&InstructionKernels<TSimd, TVector>.Sum;

        public override nint Broadcast() => (nint)(delegate*<ref BoundInstruction, int, int, int, void>)&InstructionKernels<TSimd, TVector>.Broadcast;
    }

    /// <summary>Code of a kernel whose first operand is another operation's result, computed on the way.</summary>
    private sealed class WithArgument(Operation argument) : Linker
    {
        public override nint Unary<TKernel>() => argument.Link(new UnaryOf<TKernel>());

        public override nint Binary<TKernel>() => argument.Link(new BinaryOf<TKernel>());
    }

    private sealed class UnaryOf<TOuter> : Linker
        where TOuter : struct, IUnaryKernel
    {
        public override nint Binary<TKernel>() => (nint)(delegate*<ref BoundInstruction, int, int, int, void>)&InstructionKernels<TSimd, TVector>.Binary<UnaryOfBinary<TOuter, TKernel>>;

        public override nint Ternary<TKernel>() => (nint)(delegate*<ref BoundInstruction, int, int, int, void>)&InstructionKernels<TSimd, TVector>.Ternary<UnaryOfTernary<TOuter, TKernel>>;
    }

    private sealed class BinaryOf<TOuter> : Linker
        where TOuter : struct, IBinaryKernel
    {
        public override nint Binary<TKernel>() => (nint)(delegate*<ref BoundInstruction, int, int, int, void>)&InstructionKernels<TSimd, TVector>.Ternary<BinaryOfBinary<TOuter, TKernel>>;
    }
}
